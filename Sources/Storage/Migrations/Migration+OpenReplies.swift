extension Migration {
    /// Whether a reply is the head of its conversation's queue is asked for each that is due, however many a conversation
    /// had before.
    static let openReplies = Migration(
        number: 6, name: "open replies", oldestProgram: 4,
        statements: [
            """
            CREATE INDEX replies_open ON replies (tenant_id, conversation_id, id)
            WHERE state IN ('composing', 'queued', 'sending', 'unknown')
            """
        ]
    )
}
