extension Migration {
    /// Erasures: what is to be destroyed, how far that has come, and the receipt that stays. A deleted tenant's row stays
    /// too, emptied: its audit log and its receipts stand under it.
    ///
    /// Programs before this one would read the row of a deleted tenant as a tenant's, and wrap a key that is no more.
    static let erasure = Migration(
        number: 16, name: "erasure", oldestProgram: 16,
        statements: [
            """
            CREATE TABLE erasures (
                tenant_id ID NOT NULL REFERENCES tenants (id),
                id ID NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('patient', 'tenant')),
                patient_id ID,
                state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done')),
                step TEXT NOT NULL,
                after_id ID NOT NULL,
                round_at TIME NOT NULL,
                goes_round INTEGER NOT NULL CHECK (goes_round IN (0, 1)),
                attempts INTEGER NOT NULL,
                counts TEXT NOT NULL,
                requested_at TIME NOT NULL,
                erased_at TIME,
                backups_until TIME,
                due_at TIME,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            // Whoever asks twice is given the same receipt.
            "CREATE UNIQUE INDEX erasures_open ON erasures (tenant_id, patient_id) WHERE patient_id IS NOT NULL",
            "CREATE INDEX erasures_due ON erasures (due_at, id, tenant_id) WHERE due_at IS NOT NULL",
            // How long the oldest waits.
            "CREATE INDEX erasures_waiting ON erasures (requested_at) WHERE state <> 'done'",
            // The list across tenants.
            "CREATE INDEX erasures_newest ON erasures (id)",
            "ALTER TABLE tenants ADD COLUMN deleted_at TIME",
            "CREATE INDEX tenants_deleted ON tenants (id, deleted_at) WHERE deleted_at IS NOT NULL",
            "INSERT INTO revisions (name, revision) VALUES ('tenants', 0)",
        ],
        postgres: fence("erasures") + [
            policy("operators_read", on: "erasures", "FOR SELECT USING", scope: "operators"),
            // Finding work, as with events and replies.
            policy("shard_load_reads", on: "erasures", "FOR SELECT USING", scope: "shard_load"),
            // Nothing more is stored for a tenant that was deleted, whatever the receiving process believes.
            "DROP POLICY ingest_appends ON events",
            """
            CREATE POLICY ingest_appends ON events FOR INSERT WITH CHECK (\(condition(
                "ingest",
                "NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = events.tenant_id AND t.deleted_at IS NOT NULL)")))
            """,
        ])
}
