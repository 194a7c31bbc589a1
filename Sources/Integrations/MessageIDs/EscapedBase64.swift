/// The text form of Instagram's message ids, conversation ids and paging cursors: standard base64 with padding
/// (RFC 4648, section 4), then `Z` as `ZA`, `+` as `ZB`, `/` as `ZC` and `=` as `ZD`.
///
/// Meta documents none of it; it was derived from real ids, and re-encoding gave each of them back byte for byte.
public enum EscapedBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let escape = UInt8(ascii: "Z")
    private static let padding: UInt8 = 64

    /// - Parameter bytes: what to write.
    /// - Returns: letters and digits only.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text = [UInt8]()
        text.reserveCapacity((bytes.count + 2) / 3 * 4 + 8)
        var accumulator: UInt32 = 0
        var bits = 0
        for byte in bytes {
            accumulator = accumulator << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                append(alphabet[Int(accumulator >> UInt32(bits) & 63)], to: &text)
            }
        }
        if bits > 0 {
            append(alphabet[Int(accumulator << UInt32(6 - bits) & 63)], to: &text)
            for _ in 0..<(bits == 2 ? 2 : 1) { append(UInt8(ascii: "="), to: &text) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Strict: exactly one text decodes to any given bytes, so that an id and its re-encoding are the same string.
    /// - Parameter text: an id or cursor.
    /// - Returns: the bytes, or `nil` for a `Z` without A to D behind it, a foreign character, wrong padding or stray bits.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes = [UInt8]()
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var accumulator: UInt32 = 0
        var bits = 0
        var count = 0
        var paddings = 0
        var isEscaped = false
        for character in text.utf8 {
            if !isEscaped && character == escape {
                isEscaped = true
                continue
            }
            guard let value = isEscaped ? escapedValue(character) : plainValue(character) else { return nil }
            isEscaped = false
            count += 1
            if value == padding {
                paddings += 1
                continue
            }
            guard paddings == 0 else { return nil }
            accumulator = accumulator << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(accumulator >> UInt32(bits) & 255))
            }
        }
        // `bits` are what a last, incomplete byte left over: 4 ask for two signs of padding, 2 for one.
        let strayBits = accumulator & (1 << UInt32(bits) - 1)
        guard !isEscaped, count.isMultiple(of: 4), paddings == bits / 2, strayBits == 0 else { return nil }
        return bytes
    }

    private static func append(_ character: UInt8, to text: inout [UInt8]) {
        switch character {
        case escape: text += [escape, UInt8(ascii: "A")]
        case UInt8(ascii: "+"): text += [escape, UInt8(ascii: "B")]
        case UInt8(ascii: "/"): text += [escape, UInt8(ascii: "C")]
        case UInt8(ascii: "="): text += [escape, UInt8(ascii: "D")]
        default: text.append(character)
        }
    }

    private static func plainValue(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Y"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        default: nil
        }
    }

    private static func escapedValue(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A"): 25
        case UInt8(ascii: "B"): 62
        case UInt8(ascii: "C"): 63
        case UInt8(ascii: "D"): padding
        default: nil
        }
    }
}
