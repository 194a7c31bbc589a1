extension Migration {
    /// Requests that may come twice: which one was claimed, what it made, and its sealed answer. Ids are ordered by time, so
    /// that old ones lie at the beginning of the primary key.
    ///
    /// Programs before this one leave the table alone and may run beside it.
    static let idempotency = Migration(
        number: 12, name: "idempotency", oldestProgram: 4,
        statements: [
            """
            CREATE TABLE idempotency (
                tenant_id ID NOT NULL REFERENCES tenants (id),
                id ID NOT NULL,
                digest BYTES NOT NULL,
                request BYTES NOT NULL,
                entity ID,
                answer BYTES,
                claimed_until TIME NOT NULL,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX idempotency_digest ON idempotency (tenant_id, digest)",
        ],
        postgres: fence("idempotency")
    )
}
