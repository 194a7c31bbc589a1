/// A JSON object: its members in the order in which they came, so that what is written looks like what was read.
/// Two objects are equal if they have equal members in any order.
public struct JSONObject: Sendable, Equatable, Sequence, ExpressibleByDictionaryLiteral {
    /// One key with its value.
    public typealias Member = (key: String, value: JSONValue)

    private var members: [Member]

    /// An empty object.
    public init() {
        members = []
    }

    /// Of two members with one key the later one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }

    /// For members whose keys are known to differ, as those of a parsed object do.
    init(unique members: [Member]) {
        self.members = members
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// The keys, in order.
    public var keys: [String] { members.map(\.key) }

    /// The value under a key; `nil` where it is missing. Setting `nil` removes the member. A search from the front: the
    /// objects that come from Meta have few members.
    public subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// The members in order.
    public func makeIterator() -> IndexingIterator<[Member]> {
        members.makeIterator()
    }

    /// Whether both have equal members, in whatever order.
    public static func == (first: JSONObject, second: JSONObject) -> Bool {
        guard first.count == second.count else { return false }
        let others = Dictionary(second.members.map { ($0.key, $0.value) }) { earlier, _ in earlier }
        return first.members.allSatisfy { others[$0.key] == $0.value }
    }
}
