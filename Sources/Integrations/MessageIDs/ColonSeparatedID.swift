/// What message and conversation ids have in common: a label and numbers between colons, all of it encoded.
enum ColonSeparatedID {
    /// The longest text that is decoded at all. A real mid has 164 characters.
    private static let longest = 1024

    /// - Parameters:
    ///   - text: the encoded id.
    ///   - label: what the decoded id starts with, without the colon behind it.
    /// - Returns: the parts behind the label.
    static func fields(of text: String, label: String) -> [Substring]? {
        // ASCII alone: a combining sign behind a colon would otherwise make one character of the two.
        guard text.utf8.count <= longest, let bytes = EscapedBase64.decode(text), bytes.allSatisfy({ $0 < 0x80 })
        else { return nil }
        let plain = String(decoding: bytes, as: UTF8.self)
        let prefix = label + ":"
        guard plain.hasPrefix(prefix) else { return nil }
        return plain.dropFirst(prefix.count).split(separator: ":", omittingEmptySubsequences: false)
    }

    static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    /// Reads a decimal number that is written in the one way in which it would be written again: no sign, no leading
    /// zero, at most 128 bits.
    static func canonicalNumber(_ text: Substring) -> UInt128? {
        guard isDigits(text), text == "0" || text.utf8.first != UInt8(ascii: "0") else { return nil }
        return UInt128(text)
    }
}
