import Foundation
import Storage
import TestSupport
import Testing

/// A role that may do more than the service needs is found out, with all that it may, and with the cure.
@Suite(.enabled(if: TestServer.url != nil), .serialized, .hangLimit)
struct PostgresRightsTests {
    /// A role of the test's own, which may log in and nothing more.
    private func excess(
        _ database: ServiceDatabase, _ prepare: (String) -> [String]
    ) async throws -> [PostgresRights.Excess] {
        let role = "clariva_test_" + UUID().uuidString.lowercased().prefix(8)
        try database.run("CREATE ROLE \(role) LOGIN PASSWORD 'pw'")
        for statement in prepare(role) { try database.run(statement) }
        var parts = try #require(URLComponents(string: database.url))
        (parts.user, parts.password) = (role, "pw")
        let engine = PostgresEngine(try PostgresConfiguration(url: try #require(parts.string)))
        let found = try await PostgresRights(engine).excess()
        await engine.close()
        try database.run("REASSIGN OWNED BY \(role) TO clariva_owner; DROP OWNED BY \(role); DROP ROLE \(role)")
        return found
    }

    @Test func theServicesOwnRoleHasNoneTooMany() async throws {
        let database = try await ServiceDatabase()
        let engine = try database.engine()
        #expect(try await PostgresRights(engine).excess().isEmpty)
        await engine.close()
        #expect(try await excess(database) { _ in [] }.isEmpty)
    }

    @Test func theOwnerHasTooMany() async throws {
        let database = try await ServiceDatabase()
        let owner = try database.ownerEngine()
        let found = try await PostgresRights(owner).excess().map(\.right)
        #expect(found.count == 2)
        #expect(found.contains { $0.hasPrefix("the role clariva_owner owns ") })
        #expect(found.contains("the role clariva_owner may CREATE in the schema public"))
        await owner.close()
    }

    @Test func aSuperuserHasTooMany() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine()
        // Before there is any table of ours.
        let found = try await PostgresRights(engine).excess()
        #expect(found.contains { $0.right.hasSuffix("has SUPERUSER") && $0.fix.contains("NOSUPERUSER") })
        await engine.close()
    }

    @Test(arguments: [
        ("ALTER ROLE me BYPASSRLS", "has BYPASSRLS"),
        ("ALTER ROLE me CREATEROLE", "has CREATEROLE"),
        ("ALTER ROLE me REPLICATION", "has REPLICATION"),
        ("GRANT pg_read_server_files TO me", "is a member of pg_read_server_files, which reaches"),
        ("GRANT clariva_owner TO me", "is a member of clariva_owner, which owns"),
        ("ALTER ROLE me NOINHERIT; GRANT clariva_owner TO me", "is a member of clariva_owner, which owns"),
        ("ALTER TABLE events OWNER TO me", "owns the table events"),
        ("GRANT CREATE ON SCHEMA public TO me", "may CREATE in the schema public"),
        ("GRANT TRUNCATE ON messages TO me", "may TRUNCATE the table messages"),
        ("GRANT UPDATE ON audit_log TO me", "may UPDATE the table audit_log"),
        ("GRANT UPDATE (action) ON audit_log TO me", "may UPDATE the table audit_log"),
        ("GRANT postgres TO me", "is a member of postgres, which has SUPERUSER"),
    ])
    func findsARightTooMany(_ grant: String, _ expected: String) async throws {
        let found = try await excess(try await ServiceDatabase()) { role in
            [grant.replacing(/\bme\b/, with: role)]
        }
        #expect(found.contains { $0.right.contains(expected) }, "\(found)")
        #expect(found.allSatisfy { !$0.fix.isEmpty })
    }

    @Test func tellsEverythingAtOnce() async throws {
        let found = try await excess(try await ServiceDatabase()) { role in
            [
                "ALTER ROLE \(role) BYPASSRLS", "GRANT CREATE ON SCHEMA public TO \(role)",
                "GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO \(role)", "ALTER TABLE events OWNER TO \(role)",
            ]
        }
        #expect(found.count == 4, "\(found)")
    }

    @Test func anEngineWithoutRolesHasNone() async throws {
        let database = try await TestEngine.sqlite.makeDatabase()
        let engine = try await database.open()
        #expect(try await PostgresRights(engine).excess().isEmpty)
        await engine.close()
    }
}
