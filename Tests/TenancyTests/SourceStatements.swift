import Foundation
import Testing

/// SQL as it stands in the sources: every string literal that names a table, with the function it stands in.
struct SourceStatement {
    /// Path below `Sources`.
    var file: String
    /// The last function or constant that begins before it.
    var name: String
    var sql: String

    /// All of them, below a folder of the sources.
    static func all(in folder: String = "") throws -> [SourceStatement] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let start = sources.appending(path: folder)
        let files = try #require(FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
            .flatMap { url in
                let file = url.standardized.path.dropFirst(sources.path.count + 1)
                return literals(try String(contentsOf: url, encoding: .utf8)).map { name, text in
                    SourceStatement(file: String(file), name: name, sql: text)
                }
            }
            .filter { $0.sql.contains(/\b(FROM|JOIN|INTO|UPDATE)\s/) }
    }

    /// String literals with the name of what they stand in; interpolations stay as they are written.
    static func literals(_ source: String) -> [(name: String, text: String)] {
        var found: [(String, String)] = []
        var name = ""
        var rest = Substring(source)
        while let character = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { $0 != "\n" }
            } else if let match = rest.prefixMatch(of: /(func|static let) ([A-Za-z]+)/) {
                name = String(match.output.2)
                rest = rest[match.range.upperBound...]
            } else if character == "\"" {
                let isLong = rest.hasPrefix("\"\"\"")
                rest.removeFirst(isLong ? 3 : 1)
                found.append((name, literal(&rest, end: isLong ? "\"\"\"" : "\"")))
            } else {
                rest.removeFirst()
            }
        }
        return found
    }

    private static func literal(_ rest: inout Substring, end: String) -> String {
        var text = ""
        var depth = 0
        while !rest.isEmpty {
            if depth == 0, rest.hasPrefix(end) {
                rest.removeFirst(end.count)
                return text
            }
            if rest.hasPrefix("\\(") {
                depth = 1
                text += "\\("
                rest.removeFirst(2)
                // To its end, over the literals inside it.
                while depth > 0, let inner = rest.popFirst() {
                    if inner == "(" { depth += 1 }
                    if inner == ")" { depth -= 1 }
                    text.append(inner)
                }
            } else if rest.first == "\\" {
                rest.removeFirst()
                let escaped = rest.popFirst()
                // A line that goes on.
                if escaped != "\n" { text.append(escaped ?? " ") }
            } else {
                text.append(rest.removeFirst())
            }
        }
        return text
    }
}
