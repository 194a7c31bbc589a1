extension Migration {
    /// Row-level security: on PostgreSQL nothing of one tenant is readable or changeable through another, also where a
    /// query forgets to name the tenant. SQLite has none; there the types and the queries alone keep tenants apart.
    ///
    /// Every transaction says whose rows it is about (`clariva.tenant`, `clariva.scope`, set by `PostgresSettings` and
    /// gone with the transaction). What no policy allows is not there; what no policy may write is refused. A transaction
    /// that has said nothing fails, or sees nothing: `current_setting` has no second argument that would excuse it.
    ///
    /// FORCE: the owner of the tables is subject to the policies as well. So a later migration that changes rows of all
    /// tenants has to say `NO FORCE ROW LEVEL SECURITY` before and `FORCE` after it, in one transaction with them.
    ///
    /// Programs before this one count redeliveries and look after abandoned sends across tenants, which these policies
    /// would turn into nothing without a word: they must not run on it.
    static let rowSecurity = Migration(
        number: 4, name: "row security", oldestProgram: 4, statements: [],
        postgres: tenantTables.flatMap(fence) + crossTenantPolicies + [schemaIsReadOnly])

    /// A table that is added later says so itself, in its own migration.
    private static let tenantTables = [
        "connections", "events", "patients", "addresses", "conversations", "threads", "messages", "replies",
        "reply_parts",
    ]

    /// Rows of the transaction's own tenant, to read and to write. Without a tenant NULLIF gives NULL, which equals
    /// nothing.
    static func fence(_ table: String) -> [String] {
        let own = condition("tenant", "tenant_id = NULLIF(current_setting('clariva.tenant'), '')::uuid")
        return [
            "ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE \(table) FORCE ROW LEVEL SECURITY",
            "CREATE POLICY tenant_rows ON \(table) USING (\(own)) WITH CHECK (\(own))",
        ]
    }

    /// The three kinds of statements that touch several tenants at once, each with no more than it needs.
    private static let crossTenantPolicies = [
        // Receiving appends the events of one POST, whosever they are. It reads nothing, so that its INSERT says
        // `ON CONFLICT DO NOTHING` and nothing more: a conflict target, or RETURNING, would be a look at the rows.
        policy("ingest_appends", on: "events", "FOR INSERT WITH CHECK", scope: "ingest"),
        // Finding work: which tenants have events or replies that are due. What is done about it is done as that tenant.
        policy("shard_load_reads", on: "events", "FOR SELECT USING", scope: "shard_load"),
        policy("shard_load_reads", on: "replies", "FOR SELECT USING", scope: "shard_load"),
        // Operators' lists and gauges.
        policy("operators_read", on: "events", "FOR SELECT USING", scope: "operators"),
        policy("operators_read", on: "connections", "FOR SELECT USING", scope: "operators"),
        policy("operators_read", on: "replies", "FOR SELECT USING", scope: "operators"),
    ]

    static func policy(_ name: String, on table: String, _ command: String, scope: String) -> String {
        "CREATE POLICY \(name) ON \(table) \(command) (\(condition(scope, "true")))"
    }

    /// What is asked of a row in one scope; in every other one it is false.
    ///
    /// A CASE for the planner's sake. It takes a comparison with a setting for one that hardly any row passes, and reads
    /// and sorts all that is due where the first few in the index's order would do; of a CASE it thinks that many do.
    static func condition(_ scope: String, _ asked: String) -> String {
        "CASE WHEN current_setting('clariva.scope') = '\(scope)' THEN \(asked) ELSE false END"
    }

    /// The migrator makes `schema_migrations` like any table, and default privileges (`deploy/postgres/roles.sql`) let the
    /// service write to it. Only the owner may: a service that could would decide what it may run on.
    private static let schemaIsReadOnly = revoke("INSERT, UPDATE, DELETE", on: "schema_migrations")

    /// Takes rights on a table from everybody but its owner: default privileges give them to each new one.
    static func revoke(_ rights: String, on table: String) -> String {
        """
        DO $$
        DECLARE
            grantee text;
        BEGIN
            FOR grantee IN
                SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
                FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.oid = '\(table)'::regclass AND a.grantee <> c.relowner
            LOOP
                EXECUTE format('REVOKE \(rights) ON \(table) FROM %s', grantee);
            END LOOP;
        END
        $$
        """
    }
}
