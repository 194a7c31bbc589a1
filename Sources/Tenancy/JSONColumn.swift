internal import Foundation
internal import Storage

/// Lists and rules kept as JSON in a text column. They are never searched in SQL.
enum JSONColumn {
    /// - Returns: JSON with sorted keys, so that the same value is always the same text.
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Throws: ``StorageError/Kind/schema`` when the column holds something else; its content is not in the error.
    static func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw StorageError(.schema, "a JSON column does not hold what is expected")
        }
    }
}
