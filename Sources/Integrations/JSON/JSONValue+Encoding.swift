extension JSONValue {
    /// How strings are written.
    public enum Escaping: Sendable, Hashable {
        /// Only what RFC 8259 asks for.
        case minimal
        /// As Meta writes webhook bodies: `/` as `\/` and everything beyond ASCII as `\uXXXX` in lower case. The bytes are
        /// what Meta signs, so whoever plays Meta has to sign such bytes.
        case meta
    }

    /// The value as JSON without white space, members in their order.
    /// - Parameter escaping: how strings are written.
    /// - Returns: UTF-8.
    public func encoded(_ escaping: Escaping = .minimal) -> [UInt8] {
        var writer = Writer(escaping: escaping)
        writer.write(self)
        return writer.bytes
    }

    /// The same as ``encoded(_:)``, as a string.
    public func text(_ escaping: Escaping = .minimal) -> String {
        String(decoding: encoded(escaping), as: UTF8.self)
    }

    private struct Writer {
        let escaping: Escaping
        var bytes = [UInt8]()

        mutating func write(_ value: JSONValue) {
            switch value.kind {
            case .null: bytes += "null".utf8
            case .bool(let value): bytes += (value ? "true" : "false").utf8
            case .integer(let value): bytes += String(value).utf8
            case .real(let value): bytes += (value.isFinite ? String(value) : "null").utf8
            case .string(let value): write(string: value)
            case .array(let elements):
                bytes.append(UInt8(ascii: "["))
                for (index, element) in elements.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    write(element)
                }
                bytes.append(UInt8(ascii: "]"))
            case .object(let members):
                bytes.append(UInt8(ascii: "{"))
                for (index, member) in members.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    write(string: member.key)
                    bytes.append(UInt8(ascii: ":"))
                    write(member.value)
                }
                bytes.append(UInt8(ascii: "}"))
            }
        }

        mutating func write(string: String) {
            bytes.append(UInt8(ascii: "\""))
            switch escaping {
            case .minimal: for byte in string.utf8 { write(unit: UInt16(byte)) }
            case .meta: for unit in string.utf16 { write(unit: unit) }
            }
            bytes.append(UInt8(ascii: "\""))
        }

        /// One byte of UTF-8 or, in Meta's way of writing, one unit of UTF-16: beyond ASCII the two never meet.
        private mutating func write(unit: UInt16) {
            switch unit {
            case 0x22: bytes += "\\\"".utf8
            case 0x5C: bytes += "\\\\".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x2F where escaping == .meta: bytes += "\\/".utf8
            case 0x20..<0x80: bytes.append(UInt8(unit))
            case 0x80... where escaping == .minimal: bytes.append(UInt8(truncatingIfNeeded: unit))
            default:
                let digits = String(unit, radix: 16)
                bytes += "\\u".utf8
                bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
                bytes += digits.utf8
            }
        }
    }
}
