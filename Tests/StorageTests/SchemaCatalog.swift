import Storage

/// A schema's tables and keys, as the engine itself tells them.
struct SchemaCatalog {
    struct Table {
        var name: String
        var columns: [String]
        var primaryKey: [String]
        var uniqueIndexes: [[String]]
        var foreignKeys: [(target: String, columns: [String])]
    }

    var tables: [Table]

    /// - Parameter transaction: of an engine that speaks `dialect`.
    init(_ transaction: any Transaction, dialect: Dialect) throws {
        switch dialect {
        case .sqlite:
            tables = try Self.texts(
                transaction,
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ).map { try Self.sqliteTable($0, transaction) }
        case .postgres:
            throw StorageError(.schema, "the catalogue of PostgreSQL is not read yet")
        }
    }

    private static func sqliteTable(_ name: String, _ transaction: any Transaction) throws -> Table {
        let indexes = try texts(transaction, "SELECT name FROM pragma_index_list(?1) WHERE \"unique\" = 1", name)
        let foreignKeys = try transaction.query(
            "SELECT id, \"table\", \"from\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq", [.text(name)]
        ).reduce(into: [Int: (target: String, columns: [String])]()) { keys, row in
            var columns = row.columns
            let id = try columns.count()
            let target = try columns.text()
            keys[id, default: (target, [])].columns.append(try columns.text())
        }
        return Table(
            name: name, columns: try texts(transaction, "SELECT name FROM pragma_table_info(?1) ORDER BY cid", name),
            primaryKey: try texts(transaction, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", name),
            uniqueIndexes: try indexes.map {
                try texts(transaction, "SELECT name FROM pragma_index_info(?1) ORDER BY seqno", $0)
            },
            foreignKeys: Array(foreignKeys.values))
    }

    private static func texts(_ transaction: any Transaction, _ sql: String, _ value: String? = nil) throws -> [String]
    {
        try transaction.query(sql, value.map { [.text($0)] } ?? []).map { row in
            var columns = row.columns
            return try columns.text()
        }
    }
}
