import Storage
import TestSupport
import Testing

/// The schema keeps the rule of keys: whatever is a tenant's is keyed by the tenant first, so that it can
/// be partitioned and fenced by row.
struct SchemaTests {
    private func catalog(_ kind: TestEngine, extra: [Migration] = []) async throws -> SchemaCatalog {
        let database = try await kind.makeDatabase()
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

    /// What in a schema is not keyed by the tenant first, or is of no known kind.
    private func faults(_ catalog: SchemaCatalog) -> [String] {
        var faults: [String] = []
        for table in catalog.tables where !TenantTables.global.contains(table.name) {
            if !TenantTables.all.contains(table.name) { faults.append("\(table.name): neither a tenant's nor global") }
            if table.primaryKey != ["tenant_id", "id"] { faults.append("\(table.name): primary key") }
            for index in table.uniqueIndexes where index.first != "tenant_id" {
                faults.append("\(table.name): unique index of \(index)")
            }
            for key in table.foreignKeys {
                // To a table that is distributed alike, by the tenant first; to one that is the same everywhere, as it likes.
                let toTenant = TenantTables.all.contains(key.target) && key.columns.first != "tenant_id"
                if toTenant || !TenantTables.all.union(TenantTables.global).contains(key.target) {
                    faults.append("\(table.name): foreign key to \(key.target)")
                }
            }
        }
        // A reference table cannot refer to rows that only one part of the database has.
        for table in catalog.tables where TenantTables.global.contains(table.name) {
            for key in table.foreignKeys where !TenantTables.global.contains(key.target) {
                faults.append("\(table.name): foreign key to \(key.target)")
            }
        }
        return faults
    }

    @Test(arguments: TestEngine.allCases)
    func keysEveryTenantTableByTheTenantFirst(_ kind: TestEngine) async throws {
        let catalog = try await catalog(kind)
        #expect(faults(catalog).isEmpty)
        #expect(Set(catalog.tables.map(\.name)) == TenantTables.all.union(TenantTables.global))
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
                """,
                """
                CREATE TABLE well_keyed (tenant_id ID NOT NULL, id ID NOT NULL, PRIMARY KEY (tenant_id, id))
                """,
            ])
        let faults = faults(try await catalog(kind, extra: [careless]))
        #expect(faults.contains("careless: primary key"))
        #expect(faults.contains(#"careless: unique index of ["mid"]"#))
        #expect(faults.contains("careless: foreign key to events"))
        // Its keys are right, but nobody has said whose its rows are.
        #expect(faults.contains("well_keyed: neither a tenant's nor global"))
    }

    /// A tenant table that a later migration adds without its fence would be open to every tenant.
    @Test(.enabled(if: TestServer.url != nil))
    func fencesEveryTenantTableByRow() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine()
        try await Migrator(engine).migrate(now: 0)
        await engine.close()
        let tables = "FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        let fenced = try database.run("SELECT relname \(tables) AND relrowsecurity AND relforcerowsecurity")
        #expect(Set(fenced) == TenantTables.all)
        #expect(
            Set(try database.run("SELECT tablename FROM pg_policies WHERE policyname = 'tenant_rows' AND cmd = 'ALL'"))
                == Set(fenced))
    }
}
