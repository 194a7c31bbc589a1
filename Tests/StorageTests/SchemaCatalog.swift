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
            tables = try Self.texts(
                transaction,
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
            ).map { try Self.postgresTable($0, transaction) }
        }
    }

    private static func postgresTable(_ name: String, _ transaction: any Transaction) throws -> Table {
        /// Names of columns, in the order of a key that is an array of their numbers.
        func columns(_ relation: String, _ key: String, _ condition: String) throws -> [(
            name: String, columns: [String]
        )] {
            try transaction.query(
                """
                SELECT k.relation::text, array_to_string(ARRAY(
                    SELECT attname FROM unnest(k.key) WITH ORDINALITY AS part (number, place)
                    JOIN pg_attribute ON attrelid = k.owner AND attnum = part.number ORDER BY place), ',')
                FROM (SELECT \(relation) AS relation, \(key) AS key, c.oid AS owner FROM pg_class c \(condition)) k
                """, [.text(name)]
            ).map { row in
                var columns = row.columns
                return (try columns.text(), try columns.text().split(separator: ",").map(String.init))
            }
        }
        let ofTable = "c.relname = ?1 AND c.relnamespace = 'public'::regnamespace"
        let indexes = "JOIN pg_index i ON i.indrelid = c.oid WHERE \(ofTable)"
        return Table(
            name: name,
            columns: try texts(
                transaction,
                """
                SELECT attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                WHERE \(ofTable) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
                """, name),
            primaryKey: try columns("c.relname", "i.indkey::int2[]", indexes + " AND i.indisprimary").first?.columns
                ?? [],
            uniqueIndexes: try columns("c.relname", "i.indkey::int2[]", indexes + " AND i.indisunique").map(\.columns),
            foreignKeys: try columns(
                "k.confrelid::regclass", "k.conkey",
                "JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype = 'f' AND \(ofTable)"
            ).map { ($0.name, $0.columns) })
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
