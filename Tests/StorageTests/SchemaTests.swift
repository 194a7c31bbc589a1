import Storage
import Testing

/// The schema keeps what the design says of keys: whatever is a tenant's is keyed by the tenant first, so that it can
/// be partitioned and fenced by row.
struct SchemaTests {
    /// Small, and nobody's alone. A table that is not named here must be a tenant's.
    static let globalTables: Set<String> = [
        "account_threads", "api_keys", "connect_links", "oauth_attempts", "routes", "schema_migrations", "tenants",
    ]

    private func catalog(_ kind: TestEngine, extra: [Migration] = []) async throws -> SchemaCatalog {
        let database = try kind.makeDatabase()
        let engine = try await database.open()
        try await Migrator(engine, migrations: Migration.all + extra).migrate(now: 0)
        let dialect = engine.dialect
        let catalog = try await engine.read(.operators) { Holder(try SchemaCatalog($0, dialect: dialect)) }
        await engine.close()
        return catalog.value
    }

    private struct Holder: @unchecked Sendable {
        // SAFETY: a value without references.
        let value: SchemaCatalog
        init(_ value: SchemaCatalog) { self.value = value }
    }

    /// What in a schema is not keyed by the tenant first.
    private func faults(_ catalog: SchemaCatalog) -> [String] {
        var faults: [String] = []
        for table in catalog.tables where !Self.globalTables.contains(table.name) {
            if table.primaryKey != ["tenant_id", "id"] { faults.append("\(table.name): primary key") }
            for index in table.uniqueIndexes where index.first != "tenant_id" {
                faults.append("\(table.name): unique index of \(index)")
            }
            for key in table.foreignKeys where key.columns.first != "tenant_id" {
                faults.append("\(table.name): foreign key to \(key.target)")
            }
        }
        return faults
    }

    @Test(arguments: TestEngine.allCases)
    func keysEveryTenantTableByTheTenantFirst(_ kind: TestEngine) async throws {
        let catalog = try await catalog(kind)
        #expect(faults(catalog).isEmpty)
        let names = Set(catalog.tables.map(\.name))
        #expect(names.isSuperset(of: Self.globalTables))
        #expect(
            names.isSuperset(of: [
                "addresses", "connections", "conversations", "events", "messages", "patients", "replies", "reply_parts",
                "threads",
            ]))
        // Something was looked at: keys are there to be wrong.
        #expect(catalog.tables.flatMap(\.uniqueIndexes).count > 9)
        #expect(catalog.tables.flatMap(\.foreignKeys).count > 9)
    }

    @Test(arguments: TestEngine.allCases)
    func findsATableThatIsKeyedOtherwise(_ kind: TestEngine) async throws {
        let careless = Migration(
            number: 1000, name: "careless", oldestProgram: 1,
            statements: [
                """
                CREATE TABLE careless (
                    tenant_id ID NOT NULL, id ID NOT NULL PRIMARY KEY, mid TEXT UNIQUE, event_id ID,
                    FOREIGN KEY (event_id, tenant_id) REFERENCES events (id, tenant_id))
                """
            ])
        let faults = faults(try await catalog(kind, extra: [careless]))
        #expect(faults.contains("careless: primary key"))
        #expect(faults.contains(#"careless: unique index of ["mid"]"#))
        #expect(faults.contains("careless: foreign key to events"))
    }
}
