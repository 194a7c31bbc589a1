/// One statement on its way to the server, for one row of values or for many.
struct PostgresCommand {
    /// With `$1`, `$2`, ...
    let sql: String
    let rows: [PostgresParameters]
    /// Of the parameters, over all rows.
    let types: [UInt32]
    /// Whether it is worth a prepared statement of its own.
    let isKept: Bool

    /// - Throws: ``StorageError``, before anything is sent: for values that PostgreSQL cannot take, or that do not go
    ///   with the statement or with each other.
    init(_ statement: PlaceholderRewriting, _ rows: [[SQLValue]]) throws(StorageError) {
        sql = statement.sql
        var encoded: [PostgresParameters] = []
        encoded.reserveCapacity(rows.count)
        var types = [UInt32](repeating: PostgresType.unspecified, count: statement.parameterCount)
        for values in rows {
            guard values.count == types.count else {
                throw StorageError(.other, "the statement takes \(types.count) values, not \(values.count)")
            }
            let row = try PostgresParameters(values)
            for (index, type) in row.types.enumerated() where type != PostgresType.unspecified {
                guard types[index] == PostgresType.unspecified || types[index] == type else {
                    throw StorageError(.other, "value \(index + 1) changes its type within a batch")
                }
                types[index] = type
            }
            encoded.append(row)
        }
        self.rows = encoded
        self.types = types
        isKept = true
    }

    /// A statement without values.
    init(_ sql: String, isKept: Bool = true) {
        self.sql = sql
        self.isKept = isKept
        rows = [PostgresParameters.none]
        types = []
    }
}
