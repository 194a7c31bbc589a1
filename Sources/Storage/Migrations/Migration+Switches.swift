extension Migration {
    /// Switches for sending, connecting and processing: of one tenant, and of the whole service in the system tenant's row.
    /// Without a row everything is on.
    ///
    /// Programs before this one know nothing of them: what is switched off goes on there until they are replaced.
    static let switches = Migration(
        number: 11, name: "switches", oldestProgram: 11,
        statements: [
            """
            CREATE TABLE switches (
                tenant_id ID NOT NULL PRIMARY KEY REFERENCES tenants (id),
                sending INTEGER NOT NULL CHECK (sending IN (0, 1)),
                connecting INTEGER NOT NULL CHECK (connecting IN (0, 1)),
                processing INTEGER NOT NULL CHECK (processing IN (0, 1)),
                revision INTEGER NOT NULL,
                updated_at TIME NOT NULL
            )
            """,
            "INSERT INTO revisions (name, revision) VALUES ('switches', 0)",
            // Found again when processing is on again.
            """
            CREATE INDEX events_paused ON events (tenant_id)
                WHERE state = 'parked' AND reason = 'processing_paused'
            """,
        ])
}
