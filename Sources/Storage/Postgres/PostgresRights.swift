/// What the role that a database is opened with may do beyond what the service needs.
///
/// Row-level security holds for roles that cannot step over it. Superusers and roles with BYPASSRLS do; an owner can drop
/// the policies; TRUNCATE does not ask them; whoever may CREATE can put a table or function in the place of another.
/// CREATEROLE makes itself a member of any role up to PostgreSQL 15, and REPLICATION reads the server's files.
public struct PostgresRights: Sendable {
    /// One right too many.
    public struct Excess: Sendable, Hashable, CustomStringConvertible {
        /// What the role may do.
        public var right: String
        /// How to take it away.
        public var fix: String

        /// Safe for logs: names of roles and tables.
        public var description: String { "\(right); fix: \(fix)" }
    }

    private let engine: any Engine

    /// - Parameter engine: a PostgreSQL database, opened as the service opens it.
    public init(_ engine: any Engine) {
        self.engine = engine
    }

    /// Looks at the role that logged in, at every role that it could become, and at the tables of our schema.
    /// - Returns: everything that is too much, at once; empty where nothing is, and for an engine without roles.
    /// - Throws: ``StorageError`` where the database cannot be asked.
    public func excess() async throws -> [Excess] {
        guard engine.dialect == .postgres else { return [] }
        return try await engine.read(.global) { transaction in
            try Self.attributes(transaction) + Self.ownership(transaction) + Self.creation(transaction)
                + Self.truncation(transaction) + Self.alteration(transaction)
        }
    }

    /// The role that logged in, for the statements below. What a superuser may do follows from being one, and is not
    /// listed besides.
    private static let withMe = "WITH me AS (SELECT oid, rolname, rolsuper FROM pg_roles WHERE rolname = session_user) "
    /// It is the role itself, or could become it by SET ROLE.
    private static func isOrBecomes(_ role: String) -> String {
        "(\(role) = me.oid OR NOT me.rolsuper AND pg_has_role(me.oid, \(role), 'MEMBER'))"
    }
    /// Where our tables are, or will be.
    private static let schema = """
        COALESCE(
            (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('schema_migrations')),
            to_regnamespace(current_schema())::oid)
        """
    private static let ourTables = "c.relkind IN ('r', 'p') AND c.relnamespace = \(schema)"
    private static let remedy = "run deploy/postgres/roles.sql and log in as clariva_app"

    /// Roles of PostgreSQL's own that step out of the database, and so over everything in it.
    private static let reachingTheServer =
        "'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'"

    private static func attributes(_ transaction: any Transaction) throws -> [Excess] {
        try transaction.query(
            Self.withMe
                + """
                SELECT me.rolname, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole AND NOT r.rolsuper,
                    r.rolreplication AND NOT r.rolsuper, r.rolname IN (\(reachingTheServer))
                FROM pg_roles r JOIN me ON TRUE
                WHERE (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication
                    OR r.rolname IN (\(reachingTheServer)))
                    AND \(isOrBecomes("r.oid")) ORDER BY r.oid <> me.oid, r.rolname
                """, []
        ).flatMap { row in
            var columns = row.columns
            let (me, role) = (try columns.text(), try columns.text())
            let marks = [
                (try columns.flag(), "SUPERUSER"), (try columns.flag(), "BYPASSRLS"),
                (try columns.flag(), "CREATEROLE"), (try columns.flag(), "REPLICATION"),
            ]
            if try columns.flag() {
                return [
                    Excess(
                        right: "the role \(me) is a member of \(role), which reaches the server's files and programs",
                        fix: "REVOKE that membership, or \(remedy)")
                ]
            }
            return marks.filter(\.0).map { _, mark in
                me == role
                    ? Excess(right: "the role \(me) has \(mark)", fix: "ALTER ROLE \(me) NO\(mark), or \(remedy)")
                    : Excess(
                        right: "the role \(me) is a member of \(role), which has \(mark)",
                        fix: "REVOKE that membership, or \(remedy)")
            }
        }
    }

    private static func ownership(_ transaction: any Transaction) throws -> [Excess] {
        try transaction.query(
            Self.withMe
                + """
                SELECT me.rolname, o.rolname, count(*), min(c.relname) FROM pg_class c
                JOIN pg_roles o ON o.oid = c.relowner JOIN me ON TRUE
                WHERE \(ourTables) AND \(isOrBecomes("o.oid")) GROUP BY 1, 2 ORDER BY 2
                """, []
        ).map { row in
            var columns = row.columns
            let (me, owner) = (try columns.text(), try columns.text())
            let tables = Self.tables(try columns.count(), try columns.text())
            return me == owner
                ? Excess(right: "the role \(me) owns \(tables)", fix: remedy)
                : Excess(
                    right: "the role \(me) is a member of \(owner), which owns \(tables)",
                    fix: "REVOKE that membership, or \(remedy)")
        }
    }

    private static func creation(_ transaction: any Transaction) throws -> [Excess] {
        try transaction.query(
            Self.withMe
                + """
                SELECT me.rolname, n.nspname FROM pg_namespace n JOIN me ON NOT me.rolsuper
                WHERE n.oid = \(schema)
                    AND (has_schema_privilege(me.oid, n.oid, 'CREATE') OR has_schema_privilege(n.oid, 'CREATE'))
                """, []
        ).map { row in
            var columns = row.columns
            let (me, schema) = (try columns.text(), try columns.text())
            return Excess(
                right: "the role \(me) may CREATE in the schema \(schema)",
                fix: "REVOKE it, and from PUBLIC too, or \(remedy)")
        }
    }

    /// Of tables that it does not own: an owner may anyhow.
    private static func truncation(_ transaction: any Transaction) throws -> [Excess] {
        try transaction.query(
            Self.withMe
                + """
                SELECT me.rolname, count(*), min(c.relname) FROM pg_class c JOIN me ON NOT me.rolsuper
                WHERE \(ourTables) AND NOT \(isOrBecomes("c.relowner"))
                    AND (has_table_privilege(me.oid, c.oid, 'TRUNCATE') OR has_table_privilege(c.oid, 'TRUNCATE'))
                GROUP BY 1
                """, []
        ).map { row in
            var columns = row.columns
            let me = try columns.text()
            return Excess(
                right: "the role \(me) may TRUNCATE \(tables(try columns.count(), try columns.text()))",
                fix: "REVOKE it, and from PUBLIC too, or \(remedy)")
        }
    }

    /// What the audit log tells is not to be changed: `Migration.audit` takes that right away.
    private static func alteration(_ transaction: any Transaction) throws -> [Excess] {
        try transaction.query(
            Self.withMe
                + """
                SELECT me.rolname, c.relname FROM pg_class c JOIN me ON NOT me.rolsuper
                WHERE \(ourTables) AND c.relname = 'audit_log' AND NOT \(isOrBecomes("c.relowner"))
                    AND (has_any_column_privilege(me.oid, c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE'))
                """, []
        ).map { row in
            var columns = row.columns
            return Excess(
                right: "the role \(try columns.text()) may UPDATE the table \(try columns.text())",
                fix: "REVOKE it, and from PUBLIC too, or \(remedy)")
        }
    }

    private static func tables(_ count: Int, _ first: String) -> String {
        count == 1 ? "the table \(first)" : "\(count) tables (\(first), ...)"
    }
}
