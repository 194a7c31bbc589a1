/// Brings a database to this program's schema, or says why it may not be used.
public struct Migrator: Sendable {
    private let engine: any Engine
    private let migrations: [Migration]

    /// - Parameters:
    ///   - engine: the database.
    ///   - migrations: in order of their numbers.
    public init(_ engine: any Engine, migrations: [Migration] = Migration.all) {
        self.engine = engine
        self.migrations = migrations
    }

    /// Applies what is missing, each migration in a transaction of its own. Two may do so at once: one applies, the other
    /// waits for it.
    /// - Parameter now: milliseconds since 1970, recorded with each.
    /// - Returns: the numbers that were applied.
    /// - Throws: ``StorageError/Kind/schema`` when the database is newer than this program allows, or when a migration
    ///   that was applied has changed since.
    @discardableResult
    public func migrate(now: Int64) async throws -> [Int] {
        let missing = try await pending()
        guard !missing.isEmpty else { return [] }
        try await createTable()
        var applied: [Int] = []
        for migration in missing {
            let statements = migration.statements(for: engine.dialect)
            let isShared = engine.dialect == .postgres
            let isNew = try await engine.write(.global) { transaction in
                // SQLite has one writer.
                if isShared { try Self.waitForOthers(transaction) }
                let known = try transaction.first(
                    "SELECT 1 FROM schema_migrations WHERE number = ?1", [.count(migration.number)])
                guard known == nil else { return false }
                for statement in statements { try transaction.execute(statement, []) }
                try transaction.execute(
                    """
                    INSERT INTO schema_migrations (number, name, checksum, oldest_program, applied_at)
                    VALUES (?1, ?2, ?3, ?4, ?5)
                    """,
                    [
                        .count(migration.number), .text(migration.name), .text(migration.checksum),
                        .count(migration.oldestProgram), .integer(now),
                    ])
                return true
            }
            if isNew { applied.append(migration.number) }
        }
        return applied
    }

    /// For a service that starts. An embedded database is this service's own and is migrated; one that several programs
    /// share is changed by `clariva migrate` alone, so that an upgrade happens when somebody means it.
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: the numbers that were applied.
    /// - Throws: ``StorageError/Kind/schema``, as ``migrate(now:)`` and ``requireCurrent()`` do.
    @discardableResult
    public func prepareForService(now: Int64) async throws -> [Int] {
        switch engine.dialect {
        case .sqlite: return try await migrate(now: now)
        case .postgres:
            try await requireCurrent()
            return []
        }
    }

    /// Refuses a database that this program must not run on as it stands.
    /// - Throws: ``StorageError/Kind/schema``, saying what to do: there is no schema, it lacks something, it is newer than
    ///   this program allows, or it was made from another text.
    public func requireCurrent() async throws {
        let missing = try await pending()
        guard let first = missing.first else { return }
        let lack =
            first.number == migrations.first?.number
            ? "the database has no schema"
            : "the schema is out of date (it lacks \(missing.map(\.title).joined(separator: ", ")))"
        throw StorageError(.schema, lack + ": run clariva migrate")
    }

    /// Another process may migrate at the same time: it is waited for, however long it takes. Readers go on. The limit
    /// for locks stays for the migration itself, which must not make everybody wait behind it for a table in use.
    private static func waitForOthers(_ transaction: any Transaction) throws {
        let limit = try transaction.first("SELECT current_setting('lock_timeout')", [])
        _ = try transaction.query("SELECT set_config('lock_timeout', '0', true)", [])
        try transaction.execute("LOCK TABLE schema_migrations IN SHARE ROW EXCLUSIVE MODE", [])
        guard var columns = limit?.columns else { return }
        _ = try transaction.query("SELECT set_config('lock_timeout', ?1, true)", [.text(try columns.text())])
    }

    private func createTable() async throws {
        let create: @Sendable (any Transaction) throws -> Void = { try $0.execute(Self.table, []) }
        do {
            try await engine.write(.global, create)
        } catch let error as StorageError where error.sqlState?.saysMadeTwice == true {
            // On PostgreSQL `IF NOT EXISTS` of two at once may meet in the catalogue. The other one has committed by now.
            try await engine.write(.global, create)
        }
    }

    /// What ``migrate(now:)`` would apply; everything where there is no schema at all.
    /// - Throws: ``StorageError/Kind/schema``, as ``migrate(now:)`` does.
    public func pending() async throws -> [Migration] {
        var applied: Set<Int> = []
        let newest = migrations.last?.number ?? 0
        for record in try await records() {
            applied.insert(record.number)
            if let known = migrations.first(where: { $0.number == record.number }) {
                guard known.checksum == record.checksum else {
                    throw StorageError(
                        .schema, "migration \(record.number) was applied with another text than this program has")
                }
            } else if record.oldestProgram > newest {
                throw StorageError(
                    .schema,
                    """
                    the database has schema \(record.number), which needs a program of schema \(record.oldestProgram) or \
                    later; this one is \(newest)
                    """)
            }
        }
        return migrations.filter { !applied.contains($0.number) }
    }

    private struct Record: Sendable {
        var number: Int
        var checksum: String
        var oldestProgram: Int
    }

    /// What was applied; nothing where there is no schema.
    private func records() async throws -> [Record] {
        let exists =
            switch engine.dialect {
            case .sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
            case .postgres: "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL"
            }
        return try await engine.read(.global) { transaction in
            // A query of a table that is not there fails, on each engine in its own way.
            guard try transaction.first(exists, []) != nil else { return [] }
            return try transaction.query(
                "SELECT number, checksum, oldest_program FROM schema_migrations ORDER BY number", []
            ).map { row in
                var columns = row.columns
                return Record(
                    number: try columns.count(), checksum: try columns.text(), oldestProgram: try columns.count())
            }
        }
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            oldest_program INTEGER NOT NULL,
            applied_at BIGINT NOT NULL
        )
        """
}
