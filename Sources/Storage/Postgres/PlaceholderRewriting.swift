/// A statement in PostgreSQL's words: `?1` as it stands in the repositories' SQL becomes `$1`.
struct PlaceholderRewriting {
    /// With `$1`, `$2`, ...
    private(set) var sql = ""
    /// The highest number of a placeholder.
    private(set) var parameterCount = 0
    /// The same for many rows at once, where that is possible.
    private(set) var batchInsert: BatchInsert?

    /// - Parameter original: with `?1`, `?2`, ...; question marks in literals, quoted names and comments stay.
    init(_ original: String) {
        let bytes = Array(original.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let end = Self.endOfQuotation(in: bytes, from: position)
            if end > position {
                output += bytes[position..<end]
                position = end
                continue
            }
            let digits =
                bytes[position] == UInt8(ascii: "?") ? bytes[(position + 1)...].prefix(while: Self.isDigit) : []
            if let number = Int(String(decoding: digits, as: UTF8.self)) {
                output.append(UInt8(ascii: "$"))
                parameterCount = max(parameterCount, number)
            } else {
                output.append(bytes[position])
            }
            position += 1
        }
        sql = String(decoding: output, as: UTF8.self)
        batchInsert = BatchInsert(sql)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// - Returns: behind the literal, quoted name or line comment that starts at `start`; `start` where none does.
    ///
    /// A doubled quote is read as the end of one literal and the start of the next, which comes to the same.
    static func endOfQuotation(in bytes: [UInt8], from start: Int) -> Int {
        let closing: UInt8
        switch bytes[start] {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): closing = bytes[start]
        case UInt8(ascii: "-") where start + 1 < bytes.count && bytes[start + 1] == UInt8(ascii: "-"):
            closing = UInt8(ascii: "\n")
        default: return start
        }
        let end = bytes[(start + 1)...].firstIndex(of: closing) ?? bytes.endIndex - 1
        return end + 1
    }
}
