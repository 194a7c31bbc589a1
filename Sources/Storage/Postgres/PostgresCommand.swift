/// One statement on its way to the server, for one set of parameters or for several.
struct PostgresCommand {
    /// With `$1`, `$2`, ...
    let sql: String
    /// It is run once for each.
    let runs: [PostgresParameters]
    /// Of the parameters, over all runs.
    let types: [UInt32]
    /// Whether it is worth a prepared statement of its own.
    let isKept: Bool

    /// - Throws: ``StorageError``, before anything is sent: for values that PostgreSQL cannot take, or that do not go
    ///   with the statement or with each other.
    init(_ statement: PlaceholderRewriting, _ rows: [[SQLValue]]) throws(StorageError) {
        let types = try Self.types(of: rows, count: statement.parameterCount)
        isKept = true
        if rows.count >= Self.fewestForArrays, let sql = statement.batchInsert?.sql(types) {
            self.sql = sql
            self.types = types.compactMap { PostgresType.array(of: $0)?.id }
            runs = try Self.arrays(of: rows, types)
        } else {
            sql = statement.sql
            self.types = types
            runs = try rows.map { row throws(StorageError) in try PostgresParameters(row) }
        }
    }

    /// A statement without values.
    init(_ sql: String, isKept: Bool = true) {
        self.sql = sql
        self.isKept = isKept
        runs = [PostgresParameters.none]
        types = []
    }

    private static let fewestForArrays = 4
    /// What one set of arrays holds at most, or little more: the server has all of it in memory.
    private static let largestArrays = (rows: 1000, bytes: 16 << 20)

    /// NULL goes with every type.
    private static func types(of rows: [[SQLValue]], count: Int) throws(StorageError) -> [UInt32] {
        var types = [UInt32](repeating: PostgresType.unspecified, count: count)
        for row in rows {
            guard row.count == count else {
                throw StorageError(.other, "the statement takes \(count) values, not \(row.count)")
            }
            for (index, value) in row.enumerated() where value != .null {
                let type = PostgresType.of(value)
                guard types[index] == PostgresType.unspecified || types[index] == type else {
                    throw StorageError(.other, "value \(index + 1) changes its type within a batch")
                }
                types[index] = type
            }
        }
        return types
    }

    private static func arrays(of rows: [[SQLValue]], _ types: [UInt32]) throws(StorageError) -> [PostgresParameters] {
        var runs: [PostgresParameters] = []
        var rest = rows[...]
        while !rest.isEmpty {
            var bytes = 0
            let next = rest.prefix(largestArrays.rows).prefix { row in
                defer { bytes += row.reduce(0) { $0 + $1.weight } }
                return bytes < largestArrays.bytes
            }
            runs.append(try PostgresParameters(next, types))
            rest = rest.dropFirst(next.count)
        }
        return runs
    }
}
