import Foundation
import Testing

/// SQL as it stands in the sources: a string literal that names a table, with the function it stands in.
struct SourceStatement: Sendable {
    /// Path below `Sources`.
    var file: String
    /// The last function or constant that begins before it.
    var name: String
    /// As it is written, interpolations included.
    var sql: String

    /// All of them.
    static let all = Task {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
        return try files.flatMap { url in
            var reader = LiteralReader(bytes: [UInt8](try Data(contentsOf: url)))
            return reader.read().filter { $0.text.contains(/\b(FROM|JOIN|INTO|UPDATE)\s/) }.map { name, text in
                SourceStatement(
                    file: String(url.standardized.path.dropFirst(sources.path.count + 1)), name: name, sql: text)
            }
        }
    }
}

/// Reads a Swift file for its string literals; bytes, because there are many files.
private struct LiteralReader {
    let bytes: [UInt8]
    private var position = 0
    private var name = ""

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func read() -> [(name: String, text: String)] {
        var found: [(String, String)] = []
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "/"), isAt("//") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            } else if bytes[position] == UInt8(ascii: "\"") {
                let quotes = isAt("\"\"\"") ? "\"\"\"" : "\""
                position += quotes.utf8.count
                found.append((name, literal(until: quotes)))
            } else {
                if isAt("func ") { name = word(after: 5) }
                if isAt("static let ") { name = word(after: 11) }
                position += 1
            }
        }
        return found
    }

    private func isAt(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private func isAt(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private func word(after count: Int) -> String {
        let letters = bytes[(position + count)...].prefix {
            ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
        }
        return String(decoding: letters, as: UTF8.self)
    }

    private mutating func literal(until quotes: String) -> String {
        var text: [UInt8] = []
        while position < bytes.count, !isAt(quotes) {
            if isAt("\\(") {
                // To its end, over the literals inside it.
                var depth = 0
                repeat {
                    if bytes[position] == UInt8(ascii: "(") { depth += 1 }
                    if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
                    text.append(bytes[position])
                    position += 1
                } while position < bytes.count && (depth > 0 || text.last == UInt8(ascii: "\\"))
            } else if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
                // An escaped end of line is none.
                if bytes[position + 1] != UInt8(ascii: "\n") { text.append(bytes[position + 1]) }
                position += 2
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        position += quotes.utf8.count
        return String(decoding: text, as: UTF8.self)
    }
}
