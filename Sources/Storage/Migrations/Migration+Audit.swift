extension Migration {
    /// Who did what: a chain of entries for each tenant, every entry holding the digest of the one before it. The tenant's
    /// row says how the chain begins and ends, so that entries cut off at either end are missed.
    ///
    /// An entry is never changed, and only the oldest are deleted: first the chain's beginning moves past them, then they
    /// go. On PostgreSQL the service's role can do nothing else.
    static let audit = Migration(
        number: 9, name: "audit", oldestProgram: 9,
        statements: [
            """
            CREATE TABLE audit_log (
                tenant_id ID NOT NULL REFERENCES tenants (id),
                id ID NOT NULL,
                sequence INTEGER NOT NULL,
                at TIME NOT NULL,
                actor TEXT NOT NULL,
                actor_id TEXT,
                action TEXT NOT NULL,
                target TEXT NOT NULL,
                target_id TEXT,
                detail TEXT NOT NULL,
                request_id TEXT,
                previous BYTES NOT NULL,
                hash BYTES NOT NULL,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX audit_log_sequence ON audit_log (tenant_id, sequence)",
            // The list across tenants.
            "CREATE INDEX audit_log_newest ON audit_log (id)",
            // The last sequence number, the digest of its entry, the first one kept, and the digest of the one before that.
            "ALTER TABLE tenants ADD COLUMN audit_count INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE tenants ADD COLUMN audit_head BYTES",
            "ALTER TABLE tenants ADD COLUMN audit_first INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE tenants ADD COLUMN audit_anchor BYTES",
        ],
        postgres: fence("audit_log") + [
            policy("operators_read", on: "audit_log", "FOR SELECT USING", scope: "operators"),
            """
            CREATE POLICY aged_only ON audit_log AS RESTRICTIVE FOR DELETE
                USING (sequence < (SELECT t.audit_first FROM tenants t WHERE t.id = audit_log.tenant_id))
            """,
            // Nobody changes an entry.
            revoke("UPDATE", on: "audit_log"),
        ])
}
