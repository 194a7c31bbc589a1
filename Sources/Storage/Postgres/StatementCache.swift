/// The prepared statements of one connection, by their SQL. Pure: it says what to prepare and what to drop.
struct StatementCache {
    /// A statement as the server knows it.
    struct Entry {
        var name: String
        /// Of the parameters, as the server resolved them.
        var types: [UInt32]
        fileprivate var usedAt: Int
    }

    /// What to send before a statement is run.
    struct Plan {
        var name: String
        var mustPrepare: Bool

        /// The unnamed statement, which the next one replaces.
        static let unnamed = Plan(name: "", mustPrepare: true)
    }

    private let limit: Int
    private var entries: [String: Entry] = [:]
    private var clock = 0
    private var made = 0
    /// Names that the server still knows and nobody needs.
    private var dropped: [String] = []

    /// - Parameter limit: how many to keep; 0 to use the unnamed statement only.
    init(limit: Int) {
        self.limit = limit
    }

    /// - Parameters:
    ///   - sql: with `$1`, `$2`, ...
    ///   - types: of the values at hand; NULL goes with every type.
    mutating func plan(_ sql: String, types: [UInt32]) -> Plan {
        guard limit > 0 else { return .unnamed }
        clock += 1
        if let entry = entries[sql] {
            if zip(entry.types, types).allSatisfy({ $1 == PostgresType.unspecified || $0 == $1 }) {
                entries[sql]?.usedAt = clock
                return Plan(name: entry.name, mustPrepare: false)
            }
            drop(sql)
        }
        made += 1
        return Plan(name: "clariva_\(made)", mustPrepare: true)
    }

    /// The server has prepared it.
    mutating func keep(_ sql: String, name: String, types: [UInt32]) {
        guard limit > 0 else { return }
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt })?.key {
            drop(oldest)
        }
        entries[sql] = Entry(name: name, types: types, usedAt: clock)
    }

    /// Forgets all: their plans do not fit the schema any more.
    mutating func dropAll() {
        for sql in Array(entries.keys) { drop(sql) }
    }

    /// - Returns: the names to deallocate, once.
    mutating func takeDropped() -> [String] {
        defer { dropped = [] }
        return dropped
    }

    private mutating func drop(_ sql: String) {
        if let entry = entries.removeValue(forKey: sql) { dropped.append(entry.name) }
    }
}
