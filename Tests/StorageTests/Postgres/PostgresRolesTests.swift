import Storage
import TestSupport
import Testing

/// A missing server must not pass for tests that have passed.
struct PostgresPresenceTests {
    @Test(.enabled(if: TestServer.isCI, "only where continuous integration says so"))
    func aPostgreSQLServerIsThereInCI() throws {
        #expect(TestServer.url != nil, "run the tests by scripts/with-postgres, as `make test` does")
        #expect(try TestServer.run("SELECT 1") == ["1"])
    }
}

/// `deploy/postgres/roles.sql`
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct PostgresRolesTests {
    private static let grants = """
        SELECT c.relname || ' ' || pg_get_userbyid(c.relowner) || ' ' || coalesce(string_agg(a.privilege_type, ','
            ORDER BY a.privilege_type) FILTER (WHERE a.grantee = 'clariva_app'::regrole), 'none')
        FROM pg_class c LEFT JOIN aclexplode(c.relacl) a ON true
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.oid ORDER BY 1
        """

    private func expectRightGrants(_ grants: [String]) {
        #expect(grants.count > 10)
        for grant in grants {
            let words = grant.split(separator: " ").map(String.init)
            #expect(words[1] == "clariva_owner", "\(grant)")
            let expected =
                switch words[0] {
                case "schema_migrations": "SELECT"
                // What is noted is not changed.
                case "audit_log": "DELETE,INSERT,SELECT"
                default: "DELETE,INSERT,SELECT,UPDATE"
                }
            #expect(words[2] == expected, "\(grant)")
        }
    }

    @Test func givesTheServiceTheRowsOfEveryTableThatAMigrationMakes() async throws {
        let database = try await ServiceDatabase()
        expectRightGrants(try database.run(Self.grants))
        // And changes nothing when it is run again.
        let before = try database.run(Self.grants)
        try database.runRoles()
        try database.runRoles()
        #expect(try database.run(Self.grants) == before)
    }

    @Test func takesOverADatabaseThatASuperuserHasMigrated() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine()
        try await Migrator(engine).migrate(now: 1)
        await engine.close()
        try database.run("GRANT TRUNCATE ON events TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC")
        _ = try await ServiceDatabase()
        try TestServer.run(file: ServiceDatabase.roles, on: database.url)
        expectRightGrants(try database.run(Self.grants))
        #expect(try database.run("SELECT has_schema_privilege('clariva_app', 'public', 'CREATE')") == ["f"])
        #expect(try database.run("SELECT has_table_privilege('clariva_app', 'events', 'TRUNCATE')") == ["f"])
        let temporary = "SELECT has_database_privilege('clariva_app', current_database(), 'CREATE, TEMPORARY')"
        #expect(try database.run(temporary) == ["f"])
    }

    @Test func holdsNoPassword() throws {
        let text = try String(contentsOf: ServiceDatabase.roles, encoding: .utf8)
        let statements = text.split(separator: "\n").filter { !$0.hasPrefix("--") }
        #expect(!statements.contains { $0.uppercased().contains("PASSWORD") })
    }
}
