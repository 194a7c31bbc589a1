internal import Logging

/// One log record as a line of JSON. Texts are bounded, so that no value can flood the log.
struct LogRecordJSON {
    /// Longest text, in characters.
    static let textLimit = 1000
    /// Deepest metadata that is followed.
    private static let depthLimit = 4

    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// The finished line with its line feed.
    var line: [UInt8] { bytes + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }

    /// One value alone.
    static func text(_ value: Logger.MetadataValue) -> String {
        var record = LogRecordJSON()
        record.bytes = []
        record.append(value, depth: 0)
        return String(decoding: record.bytes, as: UTF8.self)
    }

    mutating func add(_ key: String, _ text: String) {
        name(key)
        string(text)
    }

    mutating func add(_ key: String, _ value: Logger.MetadataValue) {
        name(key)
        append(value, depth: 0)
    }

    private mutating func name(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        string(key)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ value: Logger.MetadataValue, depth: Int) {
        switch value {
        case .string(let text): string(text)
        case .stringConvertible(let value): convertible(value)
        case .array(let values) where depth < Self.depthLimit:
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(value, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let values) where depth < Self.depthLimit:
            bytes.append(UInt8(ascii: "{"))
            for (index, pair) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                string(pair.key)
                bytes.append(UInt8(ascii: ":"))
                append(pair.value, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array, .dictionary: string("...")
        }
    }

    /// Numbers, truth values and what is not there stay what they are; anything else is its description.
    private mutating func convertible(_ value: any CustomStringConvertible) {
        switch value {
        case is LogNull: bytes.append(contentsOf: "null".utf8)
        case let flag as Bool: bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case let number as any BinaryInteger: bytes.append(contentsOf: "\(number)".utf8)
        case let number as Double where number.isFinite: bytes.append(contentsOf: "\(number)".utf8)
        default: string(value.description)
        }
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.prefix(Self.textLimit).utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 10: bytes.append(contentsOf: "\\n".utf8)
            case 0..<32, 127:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
