/// Steps over JSON by its structure alone: strings with their escapes, brackets, and runs of other characters.
///
/// A bracket closes whatever is open: `[}` counts as balanced. Whoever needs to know better parses what was cut out.
@safe struct StructuralScanner {
    // SAFETY: lives no longer than the call that lent the buffer (WebhookSplitter.pieces); each read is below `end`.
    private let base: UnsafePointer<UInt8>?
    let end: Int
    var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        unsafe base = bytes.baseAddress
        end = bytes.count
    }

    /// The byte at an offset; zero beyond the end.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        guard offset < end, let base = unsafe base else { return 0 }
        return unsafe base[offset]
    }

    /// The next byte that is no white space; `nil` at the end.
    mutating func peek() -> UInt8? {
        while position < end {
            let next = byte(at: position)
            guard next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 else { return next }
            position += 1
        }
        return nil
    }

    /// Steps over white space and one given byte.
    /// - Returns: whether the byte was there.
    mutating func take(_ expected: UInt8) -> Bool {
        guard peek() == expected else { return false }
        position += 1
        return true
    }

    /// Steps over one value of any kind.
    /// - Returns: where it is; `nil` where there is none or it does not end, and then the position is left as it was.
    mutating func skipValue() -> Range<Int>? {
        guard let first = peek() else { return nil }
        let start = position
        switch first {
        case Sign.quote:
            guard let close = closingQuote(from: start + 1) else { return nil }
            position = close + 1
        case Sign.openBrace, Sign.openBracket:
            guard let close = closingBracket(from: start) else { return nil }
            position = close + 1
        default:
            while position < end, !Sign.endsScalar(byte(at: position)) { position += 1 }
            guard position > start else { return nil }
        }
        return start..<position
    }

    /// Steps over a string.
    /// - Returns: what is between its quotes, escapes unresolved; `nil` where there is none or it does not end.
    mutating func takeString() -> Range<Int>? {
        guard peek() == Sign.quote, let close = closingQuote(from: position + 1) else { return nil }
        let content = position + 1..<close
        position = close + 1
        return content
    }

    private func closingBracket(from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < end {
            switch byte(at: index) {
            case Sign.quote:
                guard let close = closingQuote(from: index + 1) else { return nil }
                index = close
            case Sign.openBrace, Sign.openBracket:
                depth += 1
            case Sign.closeBrace, Sign.closeBracket:
                depth -= 1
                if depth == 0 { return index }
            default:
                break
            }
            index += 1
        }
        return nil
    }

    private func closingQuote(from start: Int) -> Int? {
        var index = start
        while index < end {
            index = nextQuoteOrBackslash(from: index)
            guard index < end else { return nil }
            if byte(at: index) == Sign.quote { return index }
            index += 2
        }
        return nil
    }

    /// Eight bytes at a time: most of a body is inside strings (ids, URLs, texts).
    private func nextQuoteOrBackslash(from start: Int) -> Int {
        guard let base = unsafe base else { return end }
        var index = start
        while index + 8 <= end {
            let word = unsafe UnsafeRawPointer(base).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if Self.hasZeroByte(word ^ 0x2222_2222_2222_2222) || Self.hasZeroByte(word ^ 0x5C5C_5C5C_5C5C_5C5C) {
                break
            }
            index += 8
        }
        while index < end {
            let next = unsafe base[index]
            if next == Sign.quote || next == Sign.backslash { return index }
            index += 1
        }
        return end
    }

    @inline(__always)
    private static func hasZeroByte(_ word: UInt64) -> Bool {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0
    }

    /// The characters of JSON's structure.
    enum Sign {
        static let quote = UInt8(ascii: "\"")
        static let backslash = UInt8(ascii: "\\")
        static let openBrace = UInt8(ascii: "{")
        static let closeBrace = UInt8(ascii: "}")
        static let openBracket = UInt8(ascii: "[")
        static let closeBracket = UInt8(ascii: "]")
        static let comma = UInt8(ascii: ",")
        static let colon = UInt8(ascii: ":")

        static func endsScalar(_ byte: UInt8) -> Bool {
            switch byte {
            case quote, openBrace, closeBrace, openBracket, closeBracket, comma, colon, 0x20, 0x0A, 0x0D, 0x09: true
            default: false
            }
        }
    }
}
