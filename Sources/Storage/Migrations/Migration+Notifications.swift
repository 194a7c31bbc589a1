extension Migration {
    /// What owners are to be told, written with the change that it tells of. NULL in `due_at`: told, or given up.
    ///
    /// Programs before this one tell nobody, and may run beside it.
    static let notifications = Migration(
        number: 13, name: "notifications", oldestProgram: 4,
        statements: [
            """
            CREATE TABLE notifications (
                tenant_id ID NOT NULL REFERENCES tenants (id),
                id ID NOT NULL,
                kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                facts TEXT NOT NULL,
                created_at TIME NOT NULL,
                attempts INTEGER NOT NULL,
                due_at TIME,
                outcome TEXT,
                settled_at TIME,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            "CREATE INDEX notifications_due ON notifications (due_at, id, tenant_id) WHERE due_at IS NOT NULL",
        ],
        postgres: fence("notifications") + [
            policy("shard_load_reads", on: "notifications", "FOR SELECT USING", scope: "shard_load")
        ])
}
