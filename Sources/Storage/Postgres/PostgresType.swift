/// The types that cross the wire, by their object ids, which PostgreSQL never changes (`pg_type.dat`).
enum PostgresType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let varchar: UInt32 = 1043
    static let void: UInt32 = 2278
    static let uuid: UInt32 = 2950
    /// The server finds the type itself, from where the placeholder stands.
    static let unspecified: UInt32 = 0

    /// - Parameter value: `nil` (NULL) has no type of its own.
    static func of(_ value: SQLValue) -> UInt32 {
        switch value {
        case .null: unspecified
        case .integer: int8
        case .text: text
        case .blob: bytea
        case .id: uuid
        }
    }

    /// The array of elements of a type that a value has; `nil` for ``unspecified``.
    static func array(of type: UInt32) -> (id: UInt32, name: String)? {
        switch type {
        case int8: (1016, "int8[]")
        case text: (1009, "text[]")
        case bytea: (1001, "bytea[]")
        case uuid: (2951, "uuid[]")
        default: nil
        }
    }
}
