/// SQL cut into words, quoted texts and single signs, without blanks and comments: as much as it takes to find one's way
/// in a statement of our own.
struct SQLTokens {
    struct Token: Hashable {
        /// Words that are not quoted are in capitals.
        var text: String
        /// Where it stands, in bytes.
        var range: Range<Int>
    }

    private let bytes: [UInt8]
    private(set) var all: [Token] = []

    init(_ sql: String) {
        bytes = Array(sql.utf8)
        var position = 0
        while position < bytes.count {
            let start = position
            position = PlaceholderRewriting.endOfQuotation(in: bytes, from: start)
            if position > start {
                if bytes[start] != UInt8(ascii: "-") { append(start..<position, text: text(start..<position)) }
                continue
            }
            position = bytes[start...].firstIndex { !Self.isPartOfWord($0) } ?? bytes.endIndex
            if position > start {
                append(start..<position, text: text(start..<position).uppercased())
                continue
            }
            position = start + 1
            if !Self.isBlank(bytes[start]) { append(start..<position, text: text(start..<position)) }
        }
    }

    /// What stands there, blanks and comments included.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// What stands from there to the end.
    func text(from start: Int) -> String { text(start..<bytes.count) }

    private mutating func append(_ range: Range<Int>, text: String) {
        all.append(Token(text: text, range: range))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
