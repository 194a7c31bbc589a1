/// A value as it goes into a statement or comes out of a row. Times are milliseconds since 1970 as ``integer``.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    case id(Identifier)

    /// An optional identifier.
    public static func id(_ value: Identifier?) -> SQLValue { value.map { .id($0) } ?? .null }
    /// An optional text.
    public static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    /// An optional integer.
    public static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
    /// Optional bytes.
    public static func blob(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
    /// A truth value, stored as 0 or 1.
    public static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
    /// A count.
    public static func count(_ value: Int) -> SQLValue { .integer(Int64(value)) }
}

/// One row, read column by column in the order of the query.
public struct SQLRow: Sendable {
    private let values: [SQLValue]

    /// - Parameter values: the columns.
    public init(_ values: [SQLValue]) {
        self.values = values
    }

    /// A cursor over the columns.
    public var columns: Columns { Columns(values: values) }

    /// Reads columns one after another; each call takes the next.
    public struct Columns {
        private let values: [SQLValue]
        private var position = 0

        init(values: [SQLValue]) {
            self.values = values
        }

        private mutating func next() throws(StorageError) -> SQLValue {
            guard position < values.count else { throw StorageError(.schema, "row is shorter than its reader") }
            defer { position += 1 }
            return values[position]
        }

        /// - Throws: ``StorageError/Kind/schema`` when the column is of another type; likewise below.
        public mutating func optionalInteger() throws(StorageError) -> Int64? {
            switch try next() {
            case .integer(let value): return value
            case .null: return nil
            default: throw StorageError(.schema, "column \(position) is no integer")
            }
        }

        /// The next column as UTF-8 text; `nil` for NULL.
        public mutating func optionalText() throws(StorageError) -> String? {
            switch try next() {
            case .text(let value): return value
            case .null: return nil
            default: throw StorageError(.schema, "column \(position) is no text")
            }
        }

        /// The next column as bytes; `nil` for NULL.
        public mutating func optionalBlob() throws(StorageError) -> [UInt8]? {
            switch try next() {
            case .blob(let value): return value
            case .null: return nil
            default: throw StorageError(.schema, "column \(position) is no blob")
            }
        }

        /// The next column as an identifier, which SQLite returns as sixteen bytes; `nil` for NULL.
        public mutating func optionalID() throws(StorageError) -> Identifier? {
            switch try next() {
            case .id(let value): return value
            case .blob(let bytes):
                guard let id = Identifier(bytes: bytes) else { break }
                return id
            case .null: return nil
            default: break
            }
            throw StorageError(.schema, "column \(position) is no id")
        }

        /// The next column as a 64-bit integer; NULL throws, as it does for all below.
        public mutating func integer() throws(StorageError) -> Int64 { try present(optionalInteger()) }
        /// The next column as UTF-8 text.
        public mutating func text() throws(StorageError) -> String { try present(optionalText()) }
        /// The next column as bytes.
        public mutating func blob() throws(StorageError) -> [UInt8] { try present(optionalBlob()) }
        /// The next column as an identifier.
        public mutating func id() throws(StorageError) -> Identifier { try present(optionalID()) }
        /// The next column as a truth value: 0 is false, any other integer true.
        public mutating func flag() throws(StorageError) -> Bool { try integer() != 0 }
        /// The next column as a count.
        public mutating func count() throws(StorageError) -> Int { Int(try integer()) }

        private func present<Value>(_ value: Value?) throws(StorageError) -> Value {
            guard let value else { throw StorageError(.schema, "column \(position) is null") }
            return value
        }
    }
}
