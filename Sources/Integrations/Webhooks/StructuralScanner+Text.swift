extension StructuralScanner {
    /// Whether a string's content is this key. A key written with escapes is resolved first.
    func content(_ range: Range<Int>, is key: StaticString) -> Bool {
        let count = key.utf8CodeUnitCount
        if range.count == count {
            return (0..<count).allSatisfy { unsafe byte(at: range.lowerBound + $0) == key.utf8Start[$0] }
        }
        guard range.count > count, range.count <= count * 6, hasEscape(range) else { return false }
        return text(range) == "\(key)"
    }

    /// The text of a string's content.
    /// - Returns: `nil` for invalid UTF-8, a lone surrogate or an unknown escape.
    func text(_ range: Range<Int>) -> String? {
        let bytes = range.map { byte(at: $0) }
        guard hasEscape(range) else { return String(validating: bytes, as: UTF8.self) }
        return Self.unescaped(bytes).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A number without sign, fraction and exponent, as it is written.
    func digits(_ range: Range<Int>) -> String? {
        let bytes = range.map { byte(at: $0) }
        guard !bytes.isEmpty, bytes.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func hasEscape(_ range: Range<Int>) -> Bool {
        range.contains { byte(at: $0) == Sign.backslash }
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8]? {
        var plain = [UInt8]()
        plain.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == Sign.backslash else {
                plain.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "u"):
                guard let scalar = takeScalar(&rest) else { return nil }
                plain += String(Character(scalar)).utf8
            case UInt8(ascii: "b"): plain.append(0x08)
            case UInt8(ascii: "f"): plain.append(0x0C)
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "r"): plain.append(0x0D)
            case UInt8(ascii: "t"): plain.append(0x09)
            case let escaped? where [Sign.quote, Sign.backslash, UInt8(ascii: "/")].contains(escaped):
                plain.append(escaped)
            default: return nil
            }
        }
        return plain
    }

    /// Reads what follows `\u`, and the second half of a surrogate pair.
    private static func takeScalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let unit = takeUnit(&rest) else { return nil }
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) }
        guard rest.popFirst() == Sign.backslash, rest.popFirst() == UInt8(ascii: "u"), let trail = takeUnit(&rest),
            UTF16.isTrailSurrogate(trail)
        else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00))
    }

    private static func takeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
        guard rest.count >= 4 else { return nil }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = rest.popFirst(), let value = Character(Unicode.Scalar(digit)).hexDigitValue else {
                return nil
            }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }
}
