internal import Integrations

extension JSONValue {
    /// The value as people read it: indented by two, and what fits a line stays on one.
    /// - Parameter width: of a line, in characters.
    func lines(width: Int = 120) -> String { lines(indent: 0, taken: 0, width: width) }

    /// - Parameter taken: characters before it on its line.
    private func lines(indent: Int, taken: Int, width: Int) -> String {
        let short = text()
        guard indent + taken + short.count > width else { return short }
        let (outer, inner) = (String(repeating: " ", count: indent), String(repeating: " ", count: indent + 2))
        switch kind {
        case .array(let elements) where !elements.isEmpty:
            let parts = elements.map { inner + $0.lines(indent: indent + 2, taken: 1, width: width) }
            return "[\n\(parts.joined(separator: ",\n"))\n\(outer)]"
        case .object(let members) where members.count > 0:
            let parts = members.map { member in
                let key = JSONValue.string(member.key).text() + ": "
                return inner + key + member.value.lines(indent: indent + 2, taken: key.count + 1, width: width)
            }
            return "{\n\(parts.joined(separator: ",\n"))\n\(outer)}"
        default: return short
        }
    }
}
