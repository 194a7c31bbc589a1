extension Migration {
    /// When each connection is looked after next. Every one is due at once, those that are there and those to come: the
    /// first look plans the rest. NULL: nothing is to be done about it.
    static let connectionCare = Migration(
        number: 8, name: "connection care", oldestProgram: 8,
        statements: [
            "ALTER TABLE connections ADD COLUMN care_due_at TIME DEFAULT 0",
            "ALTER TABLE connections ADD COLUMN care_attempts INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE connections ADD COLUMN expiry_warned INTEGER NOT NULL DEFAULT 0",
            "CREATE INDEX connections_care ON connections (care_due_at, id, tenant_id) WHERE care_due_at IS NOT NULL",
        ],
        // Finding work, as with events and replies.
        postgres: [policy("shard_load_reads", on: "connections", "FOR SELECT USING", scope: "shard_load")])
}
