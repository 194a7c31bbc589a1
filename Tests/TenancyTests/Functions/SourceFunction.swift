import Foundation
import Testing

/// A function of a type as the sources declare it.
struct SourceFunction: Hashable, Sendable {
    var type: String
    /// As Swift names it, `settle(_:_:now:)`.
    var name: String
    /// What stands between its parentheses.
    var parameters: String

    /// Those of some types that are not private to their file, in all sources.
    static func all(of types: Set<String>) throws -> Set<SourceFunction> {
        let sources = URL(filePath: #filePath).appending(path: "../../../../Sources/Tenancy").standardized
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        return try files.reduce(into: []) { found, url in
            found.formUnion(functions(in: try String(contentsOf: url, encoding: .utf8), of: types))
        }
    }

    /// The formatter indents members by four spaces, and ends a type by a brace at the beginning of a line.
    static func functions(in text: String, of types: Set<String>) -> Set<SourceFunction> {
        var found: Set<SourceFunction> = []
        var type: String?
        var isOwn = true
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if let match = line.firstMatch(
                of: /^(public |private |fileprivate )?(final )?(extension|struct|class) ([A-Za-z]+)\b/)
            {
                type = types.contains(String(match.4)) ? String(match.4) : nil
                isOwn = !(match.1?.hasSuffix("private ") ?? false)
            } else if line.hasPrefix("}") {
                type = nil
            } else if let type, isOwn,
                let match = line.firstMatch(of: /^    (@[a-z]+ )?(public )?func ([A-Za-z]+)(<[^(]*>)?\((.*)$/)
            {
                var rest = String(match.5)
                var parameters = Self.untilClosed(rest)
                while parameters == nil, let next = lines.popFirst() {
                    rest += " " + next
                    parameters = Self.untilClosed(rest)
                }
                let inside = parameters ?? rest
                found.insert(
                    SourceFunction(type: type, name: "\(match.3)(\(labels(of: inside)))", parameters: inside))
            }
        }
        return found
    }

    /// What stands before the parenthesis that closes; `nil` where there is none yet.
    private static func untilClosed(_ text: String) -> String? {
        var depth = 0
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" {
                if depth == 0 { return String(text[..<index]) }
                depth -= 1
            }
        }
        return nil
    }

    /// `_:_:now:`
    private static func labels(of parameters: String) -> String {
        var (depth, pieces) = (0, [""])
        for character in parameters.replacing("->", with: "") {
            if "([<".contains(character) { depth += 1 }
            if ")]>".contains(character) { depth -= 1 }
            if character == ",", depth == 0 { pieces.append("") } else { pieces[pieces.count - 1].append(character) }
        }
        return pieces.compactMap { $0.split { $0 == " " || $0 == ":" }.first }.map { "\($0):" }.joined()
    }
}
