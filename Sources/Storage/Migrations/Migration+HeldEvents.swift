extension Migration {
    /// Events have no mid digest until they are processed: the index of those that wait for their message leaves them out,
    /// so that receiving need not write it.
    static let heldEvents = Migration(
        number: 2, name: "held events", oldestProgram: 1,
        statements: [
            "DROP INDEX events_held",
            """
            CREATE INDEX events_held ON events (tenant_id, mid_digest)
                WHERE state = 'received' AND mid_digest IS NOT NULL
            """,
        ]
    )
}
