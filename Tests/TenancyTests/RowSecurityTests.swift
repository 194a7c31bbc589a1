import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// What row-level security alone keeps apart: SQL that forgets the tenant, as a mistake in the program would, run as the
/// service's role.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct RowSecurityTests {
    static let tables = [
        "addresses", "audit_log", "connections", "conversations", "erasures", "events", "idempotency", "messages",
        "notifications", "patients", "replies", "reply_parts", "threads",
    ]

    /// Tenant A with rows in every table, tenant B with none but the note of its own beginning.
    private func world() async throws -> (test: TestStore, a: TenantID, b: TenantID) {
        let test = try await TestStore(on: .postgres)
        let a = try await test.tenant("A").id
        _ = try await Correspondent(in: test, tenant: a)
        let connection = test.connection(of: a)
        try await test.store.write(a) { try $0.insertConnection(connection) }
        return (test, a, try await test.tenant("B").id)
    }

    /// How many rows each table shows.
    private func visible(_ test: TestStore, _ scope: Scope) async throws -> [String: Int] {
        try await test.engine.read(scope) { transaction in
            try Self.tables.reduce(into: [:]) { counts, table in
                counts[table] = try transaction.count(of: table)
            }
        }
    }

    /// The tables that show rows at all.
    private func readable(_ test: TestStore, _ scope: Scope) async throws -> [String] {
        try await visible(test, scope).filter { $0.value > 0 }.keys.sorted()
    }

    /// Everything of a tenant, to see that nothing has changed.
    private func everything(_ test: TestStore) throws -> [String] {
        let rows = Self.tables.map { "SELECT '\($0)' AS name, t.id, t::text FROM \($0) t" }
        return try test.server().run(rows.joined(separator: " UNION ALL ") + " ORDER BY name, id")
    }

    /// A row of every table as JSON, with another id, ready to be inserted.
    private func rows(_ test: TestStore, of tenant: TenantID) async throws -> [String: String] {
        let fresh = test.store.makeID(now: test.now, of: Event.self)
        return try await test.engine.read(.tenant(tenant.raw)) { transaction in
            try Self.tables.reduce(into: [:]) { rows, table in
                let row = try #require(try transaction.first("SELECT row_to_json(t)::text FROM \(table) t", []))
                var columns = row.columns
                let json = try JSONSerialization.jsonObject(with: Data(columns.text().utf8))
                var fields = try #require(json as? [String: Any])
                fields["id"] = fresh.description
                rows[table] = String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
            }
        }
    }

    /// Tries to change rows of every table without naming a tenant.
    /// - Parameter insertable: tables that take the rows, to be left out.
    private func changes(
        _ test: TestStore, _ scope: Scope, _ rows: [String: String], insertable: Set<String> = []
    ) async throws {
        let before = try everything(test)
        for table in Self.tables {
            for statement in ["UPDATE \(table) SET tenant_id = tenant_id", "DELETE FROM \(table)"] {
                let changed: @Sendable () async throws -> Int = {
                    try await test.engine.write(scope) { try $0.execute(statement, []) }
                }
                if table == "audit_log", statement.hasPrefix("UPDATE") {
                    let error = await #expect(throws: StorageError.self) { try await changed() }
                    #expect(error?.sqlState == .insufficientPrivilege, "\(statement) as \(scope)")
                } else {
                    #expect(try await changed() == 0, "\(statement) as \(scope)")
                }
            }
            guard !insertable.contains(table), let row = rows[table] else { continue }
            let error = await #expect(throws: StorageError.self, "INSERT INTO \(table) as \(scope)") {
                try await test.engine.write(scope) { try $0.execute(Self.insert(table), [.text(row)]) }
            }
            #expect(error?.sqlState == .insufficientPrivilege, "INSERT INTO \(table) as \(scope)")
        }
        #expect(try everything(test) == before)
    }

    private static func insert(_ table: String) -> String {
        "INSERT INTO \(table) SELECT (json_populate_record(NULL::\(table), ?1::json)).*"
    }

    @Test func aTenantSeesItsOwnRowsWithoutAskingForThem() async throws {
        let (test, a, b) = try await world()
        #expect(try await readable(test, .tenant(a.raw)) == Self.tables)
        #expect(try await visible(test, .tenant(b.raw)).filter { $0.value > 0 } == ["audit_log": 1])
    }

    @Test func aTenantChangesNothingOfAnother() async throws {
        let (test, a, b) = try await world()
        let rows = try await rows(test, of: a)
        #expect(rows.count == Self.tables.count)
        try await changes(test, .tenant(b.raw), rows)
        // Nor does it give rows away.
        for table in Self.tables {
            let error = await #expect(throws: StorageError.self) {
                try await test.engine.write(.tenant(a.raw)) {
                    try $0.execute("UPDATE \(table) SET tenant_id = ?1", [.id(b.raw)])
                }
            }
            #expect(error?.sqlState == .insufficientPrivilege, "\(table)")
        }
    }

    /// The very same INSERT, as the tenant whose row it is: what is refused above is refused for the tenant's sake.
    @Test func theRefusedRowsAreGoodOnes() async throws {
        let (test, a, _) = try await world()
        let rows = try await rows(test, of: a)
        for table in ["patients", "events"] {
            let row = try #require(rows[table])
            // The event is there already; a conflict is no refusal.
            let statement = Self.insert(table) + " ON CONFLICT DO NOTHING"
            let inserted = try await test.engine.write(.tenant(a.raw)) { try $0.execute(statement, [.text(row)]) }
            #expect(inserted == (table == "patients" ? 1 : 0))
        }
    }

    @Test func anAppendForTwoTenantsIsRefusedWholeWhereOneTenantWrites() async throws {
        let (test, a, b) = try await world()
        let events = [try await test.event(of: a, bytes: [1]), try await test.event(of: b, bytes: [2])]
        let before = try everything(test)
        let error = await #expect(throws: StorageError.self) {
            try await test.engine.write(.tenant(a.raw)) {
                try $0.executeBatch(GlobalRows.insertEvent, events.map(\.values))
            }
        }
        #expect(error?.sqlState == .insufficientPrivilege)
        #expect(try everything(test) == before)
        // Receiving may.
        #expect(try await test.store.writeGlobal(.ingest) { try $0.append(events) } == 2)
    }

    @Test func receivingInsertsEventsAndReadsNothing() async throws {
        let (test, a, _) = try await world()
        let rows = try await rows(test, of: a)
        #expect(try await readable(test, .ingest).isEmpty)
        try await changes(test, .ingest, rows, insertable: ["events"])
        // What would look at a row while inserting another is refused.
        let event = try await test.event(of: a, bytes: [7])
        for ending in [" RETURNING id", " ON CONFLICT (tenant_id, dedup) DO NOTHING"] {
            let sql = GlobalRows.insertEvent.replacing("ON CONFLICT DO NOTHING", with: "") + ending
            let error = await #expect(throws: StorageError.self) {
                try await test.engine.write(.ingest) { try $0.execute(sql, event.values) }
            }
            #expect(error?.sqlState == .insufficientPrivilege, "\(ending)")
        }
    }

    @Test func aRedeliveryIsCountedAndReceivingGoesOn() async throws {
        let (test, a, b) = try await world()
        let events = [try await test.event(of: a, bytes: [1]), try await test.event(of: b, bytes: [1])]
        try await test.store.writeGlobal(.ingest) { try $0.append(events) }
        // The second append of the transaction comes after counting as two tenants.
        let again = [try await test.event(of: b, bytes: [1]), try await test.event(of: a, bytes: [1])]
        let new = [try await test.event(of: a, bytes: [2])]
        let counts = try await test.store.writeGlobal(.ingest) { [try $0.append(again), try $0.append(new)] }
        #expect(counts == [0, 1])
        let ids = events.map { "'\($0.id)'" }.joined(separator: ", ")
        #expect(try test.server().run("SELECT DISTINCT deliveries FROM events WHERE id IN (\(ids))") == ["2"])
    }

    @Test func findingWorkReadsWhatIsDueAndChangesNothing() async throws {
        let (test, a, _) = try await world()
        #expect(
            try await readable(test, .shardLoad) == ["connections", "erasures", "events", "notifications", "replies"])
        try await changes(test, .shardLoad, try await rows(test, of: a))
    }

    @Test func operatorsReadTheirListsAndChangeNothing() async throws {
        let (test, a, _) = try await world()
        #expect(try await readable(test, .operators) == ["audit_log", "connections", "erasures", "events", "replies"])
        try await changes(test, .operators, try await rows(test, of: a))
    }

    @Test func theGlobalScopeSeesNoTenantsRows() async throws {
        let (test, a, _) = try await world()
        #expect(try await readable(test, .global).isEmpty)
        try await changes(test, .global, try await rows(test, of: a))
    }

    @Test func whoSaysNothingSeesNothing() async throws {
        let (test, a, _) = try await world()
        let server = try test.server()
        // Nothing at all, a tenant without a scope, and a scope without a tenant: each fails.
        for settings in ["", "SET LOCAL clariva.tenant = '\(a)'; ", "SET LOCAL clariva.scope = 'tenant'; "] {
            let questions = Self.tables.flatMap { table in
                ["BEGIN; \(settings)SELECT '\(table)', count(*) FROM \(table)", "ROLLBACK"]
            }
            #expect(try server.runEachAsService(questions).isEmpty)
        }
        // After a transaction that had said it, the settings are there and empty.
        let settings = "SET LOCAL clariva.tenant = '\(a)'; SET LOCAL clariva.scope = 'tenant'"
        let seen = Self.tables.map { "SELECT '\($0)', count(*) > 0 FROM \($0)" }.joined(separator: "; ")
        let answers = try server.runAsService("BEGIN; \(settings); \(seen); COMMIT; \(seen)")
        #expect(answers == Self.tables.map { "\($0)|t" } + Self.tables.map { "\($0)|f" })
    }

    @Test func theOwnerIsHeldAsWell() async throws {
        let (test, a, b) = try await world()
        let owner = try test.server().ownerEngine()
        for (tenant, expected) in [(a, Self.tables), (b, ["audit_log"])] {
            let seen = try await owner.read(.tenant(tenant.raw)) { transaction in
                try Self.tables.filter { try transaction.count(of: $0) > 0 }
            }
            #expect(seen == expected)
        }
        await owner.close()
    }

    /// What is noted stays: only age takes entries, from the beginning on.
    @Test func aTenantDeletesNoEntryOfItsOwnLog() async throws {
        let (test, a, _) = try await world()
        func delete() async throws -> Int {
            try await test.engine.write(.tenant(a.raw)) { try $0.execute("DELETE FROM audit_log", []) }
        }
        #expect(try await delete() == 0)
        try test.server().run("UPDATE tenants SET audit_first = 2 WHERE id = '\(a)'")
        #expect(try await delete() == 1)
    }

    /// What no policy asks about is no right of the role at all.
    @Test(arguments: [
        "TRUNCATE events", "CREATE TABLE other (a int)", "CREATE SCHEMA other",
        "DROP POLICY tenant_rows ON events", "ALTER TABLE events DISABLE ROW LEVEL SECURITY", "DROP TABLE events",
        "SET ROLE clariva_owner", "UPDATE audit_log SET action = 'x'", "DELETE FROM schema_migrations",
        "UPDATE schema_migrations SET oldest_program = 1",
        "INSERT INTO schema_migrations VALUES (9, 'x', 'x', 9, 9)", "CREATE INDEX ON events (id)",
        "CREATE TRIGGER t AFTER INSERT ON events EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ])
    func theServicesRoleMayNot(_ statement: String) async throws {
        let test = try await TestStore(on: .postgres)
        let failure = #expect(throws: TestServer.Failed.self) { try test.server().runAsService(statement) }
        let words = ["permission denied", "must be owner"]
        #expect(words.contains { failure?.description.contains($0) == true }, "\(failure?.description ?? "")")
    }
}

extension Transaction {
    /// All rows that can be seen.
    fileprivate func count(of table: String) throws -> Int {
        guard var columns = try first("SELECT count(*) FROM \(table)", [])?.columns else { return 0 }
        return try columns.count()
    }
}
