import Integrations
import TestSupport

/// Random webhook bodies, together with the slices that they must be cut into: odd strings, escapes, brackets inside strings.
struct WebhookBodyBuilder {
    var random: SeededRandom
    /// The slices of the body made last.
    private(set) var slices: [WebhookSlice] = []

    init(random: SeededRandom) {
        self.random = random
    }

    /// A well-formed text: one body, or an array of bodies.
    mutating func makeText() -> String {
        slices = []
        guard chance(5) else { return makeBody() }
        let count = pick(1...3)
        var bodies: [String] = []
        for _ in 0..<count { bodies.append(makeBody()) }
        return "[" + joined(bodies) + "]"
    }

    private mutating func makeBody() -> String {
        let object = ["instagram", "page", "a \\\"}]", "\\u0069nstagram"][pick(0...3)]
        let plainObject = ["instagram", "page", "a \"}]", "instagram"]
        let first = slices.count
        var entries: [String] = []
        for _ in 0..<pick(1...4) { entries.append(makeEntry()) }
        let text = makeObject([
            ("object", "\"\(object)\""), ("entry", "[" + joined(entries) + "]"), ("x", makeValue(depth: 2)),
        ])
        let index = ["instagram", "page", "a \\\"}]", "\\u0069nstagram"].firstIndex(of: object) ?? 0
        for slice in first..<slices.count { slices[slice].object = plainObject[index] }
        return text
    }

    private mutating func makeEntry() -> String {
        let id = Int64.random(in: 1 ... .max, using: &random)
        let idText = ["\"\(id)\"", "\(id)", "\"\\u003\(String(id).first ?? "0")\(String(id).dropFirst())\""][
            pick(0...2)]
        var members = [("time", "1784200238700")]
        if chance(90) { members.append(("id", idText)) }
        let entryID = members.count > 1 ? String(id) : nil
        switch pick(0...5) {
        case 0:
            members += [("field", "\"comments\""), ("value", makeValue(depth: 3))]
            let text = makeObject(members)
            slices.append(slice(.field, entryID, 1, text))
            return text
        case 1:
            let text = makeObject(members)
            slices.append(slice(.whole, entryID, 1, text))
            return text
        default:
            // Members keep the order in which their items are expected.
            let containers = [
                (WebhookSlice.Container.messaging, "messaging"), (.standby, "standby"), (.changes, "changes"),
            ]
            var parts: [(String, String)] = []
            for (container, key) in containers.shuffled(using: &random).prefix(pick(1...3)) {
                var items: [String] = []
                for _ in 0..<pick(1...5) { items.append(makeItem()) }
                slices += items.map { slice(container, entryID, items.count, $0) }
                parts.append((key, "[" + joined(items) + "]"))
            }
            parts.insert(contentsOf: members, at: pick(0...parts.count))
            return object(parts)
        }
    }

    private func slice(_ container: WebhookSlice.Container, _ id: String?, _ siblings: Int, _ text: String)
        -> WebhookSlice
    {
        WebhookSlice(object: "", entryID: id, container: container, siblings: siblings, bytes: Array(text.utf8))
    }

    private mutating func makeItem() -> String {
        chance(10)
            ? makeValue(depth: 0) : makeObject([("message", makeValue(depth: 3)), (makeKey(), makeValue(depth: 3))])
    }

    private mutating func makeKey() -> String {
        ["k", "id", "entry", "messaging", "a\\\"b", "\\\\", "{", "]", ","][pick(0...8)]
    }

    private mutating func makeValue(depth: Int) -> String {
        switch pick(0...(depth > 0 ? 7 : 5)) {
        case 0: return ["0", "-1.5e3", "17841400000000001", "true", "false", "null"][pick(0...5)]
        case 1...5: return makeString()
        case 6:
            var elements: [String] = []
            for _ in 0..<pick(0...3) { elements.append(makeValue(depth: depth - 1)) }
            return "[" + joined(elements) + "]"
        default:
            return makeObject([(makeKey(), makeValue(depth: depth - 1)), (makeKey(), makeValue(depth: depth - 1))])
        }
    }

    private mutating func makeString() -> String {
        let pieces = [
            "a", "}", "{", "[", "]", ",", ":", "\\\"", "\\\\", "\\/", "\\n", "\\u00e4", "\\ud83d\\ude00", "ä", "😀",
            "https:\\/\\/x",
            "\\\\\\\"", "\\u0022", "\\u005c", "eight by", " ",
        ]
        var text = ""
        for _ in 0..<pick(0...12) { text += pieces[pick(0...pieces.count - 1)] }
        return "\"\(text)\""
    }

    private mutating func makeObject(_ members: [(String, String)]) -> String {
        object(members.shuffled(using: &random))
    }

    private mutating func object(_ members: [(String, String)]) -> String {
        let written = members.map { "\"\($0.0)\"" + space() + ":" + space() + $0.1 }
        return "{" + space() + joined(written) + "}"
    }

    private mutating func joined(_ parts: [String]) -> String {
        var text = ""
        for (index, part) in parts.enumerated() { text += (index > 0 ? space() + "," : "") + space() + part }
        return text + space()
    }

    private mutating func space() -> String {
        ["", "", "", " ", "\n\t", "\r\n "][pick(0...5)]
    }

    private mutating func chance(_ percent: Int) -> Bool { pick(0...99) < percent }
    private mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}
