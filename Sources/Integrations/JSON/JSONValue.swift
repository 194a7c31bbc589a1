/// A JSON value (RFC 8259). Made by ``parse(_:maximumDepth:)`` or from literals and the static functions.
///
/// The accessors (`value["sender"]?["id"]?.identifier`) give `nil` for whatever is missing or of another type: Meta's
/// payloads are read tolerantly, and a type that changed is no error.
public struct JSONValue: Sendable, Equatable {
    /// The six types, numbers as integer or real.
    public enum Kind: Sendable, Equatable {
        /// `null`
        case null
        /// `true` or `false`
        case bool(Bool)
        /// A number without fraction and exponent that fits 64 bits.
        case integer(Int64)
        /// Any other number.
        case real(Double)
        /// A string; may hold U+0000.
        case string(String)
        /// An array.
        case array([JSONValue])
        /// An object.
        case object(JSONObject)
    }

    /// The value, for `switch`.
    public let kind: Kind

    /// - Parameter kind: the value.
    public init(_ kind: Kind) {
        self.kind = kind
    }

    /// `null`.
    public static let null = JSONValue(.null)
    /// - Returns: a boolean.
    public static func bool(_ value: Bool) -> JSONValue { JSONValue(.bool(value)) }
    /// - Returns: an integer.
    public static func integer(_ value: Int64) -> JSONValue { JSONValue(.integer(value)) }
    /// - Returns: a real number. JSON has no infinity and no NaN: they are written as `null`.
    public static func real(_ value: Double) -> JSONValue { JSONValue(.real(value)) }
    /// - Returns: a string.
    public static func string(_ value: String) -> JSONValue { JSONValue(.string(value)) }
    /// - Returns: an array.
    public static func array(_ elements: [JSONValue]) -> JSONValue { JSONValue(.array(elements)) }
    /// - Returns: an object.
    public static func object(_ members: JSONObject) -> JSONValue { JSONValue(.object(members)) }
}

extension JSONValue {
    /// The member of an object; `nil` where it is missing or this is no object.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// The element of an array; `nil` beyond its end or where this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// Whether this is `null`.
    public var isNull: Bool { kind == .null }

    /// The boolean, and nothing else: `1` and `"true"` are none.
    public var bool: Bool? {
        if case .bool(let value) = kind { value } else { nil }
    }

    /// The integer, and nothing else; see ``looseInteger``.
    public var integer: Int64? {
        if case .integer(let value) = kind { value } else { nil }
    }

    /// The number, integer or real.
    public var number: Double? {
        switch kind {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// The string, and nothing else; see ``identifier``.
    public var string: String? {
        if case .string(let value) = kind { value } else { nil }
    }

    /// The array's elements.
    public var array: [JSONValue]? {
        if case .array(let elements) = kind { elements } else { nil }
    }

    /// The object's members.
    public var object: JSONObject? {
        if case .object(let members) = kind { members } else { nil }
    }

    /// An id. Meta writes ids as strings, and here and there as numbers above 2^53.
    /// - Returns: a string that is not empty as it is, an integer in decimal; never a real, which would have lost digits.
    public var identifier: String? {
        switch kind {
        case .string(let value): value.isEmpty ? nil : value
        case .integer(let value): String(value)
        default: nil
        }
    }

    /// A whole number that may be written as a string (`"1527459824"`, `"2"`) or with an empty fraction (`3.0`).
    public var looseInteger: Int64? {
        switch kind {
        case .integer(let value): value
        case .real(let value): Int64(exactly: value)
        case .string(let value): Int64(value)
        default: nil
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self.init(.string(value)) }
    /// An integer.
    public init(integerLiteral value: Int64) { self.init(.integer(value)) }
    /// A real number.
    public init(floatLiteral value: Double) { self.init(.real(value)) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    /// `null`.
    public init(nilLiteral: ()) { self.init(.null) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self.init(.array(elements)) }
    /// An object; of two members with one key the later one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var members = JSONObject()
        for (key, value) in elements { members[key] = value }
        self.init(.object(members))
    }
}
