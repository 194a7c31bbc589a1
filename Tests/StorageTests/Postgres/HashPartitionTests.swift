import Foundation
import TestSupport
import Testing

@testable import Storage

/// The schema as it stands can be split by tenant: every tenant table becomes a hash-partitioned one with no other change
/// than that clause. What PostgreSQL demands of its keys then is what Citus demands of a distributed table.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct HashPartitionTests {
    private static let parts = 4

    /// The migrations with every tenant table partitioned, and its parts made beside it.
    private func partitioned(_ migrations: [Migration]) -> [Migration] {
        migrations.map { migration in
            var migration = migration
            migration.statements = migration.statements.flatMap { statement -> [String] in
                guard let match = statement.firstMatch(of: /^\s*CREATE TABLE ([a-z_]+)/),
                    TenantTables.all.contains(String(match.output.1))
                else { return [statement] }
                let table = match.output.1
                return [statement + " PARTITION BY HASH (tenant_id)"]
                    + (0..<Self.parts).map { part in
                        """
                        CREATE TABLE \(table)_\(part) PARTITION OF \(table)
                        FOR VALUES WITH (MODULUS \(Self.parts), REMAINDER \(part))
                        """
                    }
            }
            return migration
        }
    }

    @Test func everyTenantTableCanBePartitionedByTenant() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine()
        try await Migrator(engine, migrations: partitioned(Migration.all)).migrate(now: 0)
        let split = try database.run(
            "SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace")
        #expect(Set(split) == TenantTables.all)
        // Rows go where they belong, and are found in one part alone.
        try database.run(
            """
            INSERT INTO tenants SELECT md5(n::text)::uuid, n::text, 'f', NULL, 'UTC', 'en', NULL, 'on', '{}', 'k', '', 1, 1, 1
                FROM generate_series(1, 40) n;
            INSERT INTO patients (tenant_id, id, created_at) SELECT id, id, 1 FROM tenants;
            """)
        let filled = try database.run("SELECT count(DISTINCT tableoid) FROM patients")
        #expect(filled == ["\(Self.parts)"])
        let plan = try database.run(
            """
            SET plan_cache_mode = force_generic_plan;
            PREPARE one (uuid) AS SELECT 1 FROM patients WHERE tenant_id = $1 AND id = $1;
            EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE one (md5('1')::uuid);
            """
        ).joined(separator: "\n")
        #expect(plan.contains("Subplans Removed: \(Self.parts - 1)"))
        await engine.close()
    }

    /// The check can fail.
    @Test(arguments: [
        "CREATE UNIQUE INDEX careless ON events (dedup)",
        "CREATE UNIQUE INDEX careless ON messages (mid_digest) WHERE mid IS NOT NULL",
        "ALTER TABLE replies ADD CONSTRAINT careless FOREIGN KEY (event_id) REFERENCES events (id)",
    ])
    func aKeyWithoutTheTenantIsRefused(_ statement: String) async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine()
        let careless = Migration(number: 1000, name: "careless", oldestProgram: 1, statements: [statement])
        await #expect(throws: StorageError.self) {
            try await Migrator(engine, migrations: partitioned(Migration.all) + [careless]).migrate(now: 0)
        }
        // Everything before it went through.
        #expect(try database.run("SELECT max(number) FROM schema_migrations") == ["\(Migration.all.count)"])
        await engine.close()
    }
}
