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

    /// Applies what is missing, each migration in a transaction of its own.
    /// - Parameter now: milliseconds since 1970, recorded with each.
    /// - Returns: the numbers that were applied.
    /// - Throws: ``StorageError/Kind/schema`` when the database is newer than this program allows, or when a migration
    ///   that was applied has changed since.
    @discardableResult
    public func migrate(now: Int64) async throws -> [Int] {
        try await createTable()
        var applied: [Int] = []
        for migration in try await pending() {
            let statements = migration.statements(for: engine.dialect)
            let lock = engine.dialect == .postgres ? "LOCK TABLE schema_migrations" : nil
            let isNew = try await engine.write(.global) { transaction in
                // Another process may migrate at the same time. SQLite has one writer; elsewhere the table is locked.
                if let lock { try transaction.execute(lock, []) }
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

    private func createTable() async throws {
        let create: @Sendable (any Transaction) throws -> Void = { try $0.execute(Self.table, []) }
        do {
            try await engine.write(.global, create)
        } catch let error as StorageError where error.sqlState?.saysMadeTwice == true {
            // On PostgreSQL `IF NOT EXISTS` of two at once may meet in the catalogue. The other one has committed by now.
            try await engine.write(.global, create)
        }
    }

    /// What ``migrate(now:)`` would apply.
    public func pending() async throws -> [Migration] {
        let rows = try await engine.read(.global) { transaction in
            try transaction.query("SELECT number, checksum, oldest_program FROM schema_migrations ORDER BY number", [])
        }
        var applied: Set<Int> = []
        let newest = migrations.last?.number ?? 0
        for row in rows {
            var columns = row.columns
            let number = try columns.count()
            let checksum = try columns.text()
            let oldestProgram = try columns.count()
            applied.insert(number)
            if let known = migrations.first(where: { $0.number == number }) {
                guard known.checksum == checksum else {
                    throw StorageError(
                        .schema, "migration \(number) was applied with another text than this program has")
                }
            } else if oldestProgram > newest {
                throw StorageError(
                    .schema,
                    "the database has schema \(number), which needs a program of schema \(oldestProgram) or later; this one is \(newest)"
                )
            }
        }
        return migrations.filter { !applied.contains($0.number) }
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
