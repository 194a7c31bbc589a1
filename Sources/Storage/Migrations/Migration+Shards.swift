extension Migration {
    /// Several processes: workers with leases, shards with owners, and revisions by which a process notices what another
    /// has changed. All three are small global tables.
    static let shards = Migration(
        number: 3, name: "shards", oldestProgram: 3,
        statements: [
            """
            CREATE TABLE workers (
                id ID NOT NULL PRIMARY KEY,
                started_at TIME NOT NULL,
                lease_ends_at TIME NOT NULL
            )
            """,
            """
            CREATE TABLE shards (
                number INTEGER NOT NULL PRIMARY KEY,
                owner ID,
                epoch INTEGER NOT NULL
            )
            """,
            "INSERT INTO shards (number, owner, epoch) VALUES \((0..<32).map { "(\($0), NULL, 0)" }.joined(separator: ", "))",
            """
            CREATE TABLE revisions (
                name TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL
            )
            """,
            "INSERT INTO revisions (name, revision) VALUES ('routes', 0)",
            // One tenant's backlog must not hide the others: their due replies are found tenant by tenant as well.
            "CREATE INDEX replies_due_of_tenant ON replies (tenant_id, due_at, id) WHERE due_at IS NOT NULL",
        ]
    )
}
