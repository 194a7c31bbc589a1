public import Storage

extension TenantRows {
    /// A conversation's messages, newest first, their texts opened.
    /// - Parameters:
    ///   - conversation: of this tenant; another's has no messages here.
    ///   - cursor: the last id of the page before.
    public func messages(
        of conversation: ConversationID, before cursor: Identifier? = nil, limit: Int
    ) throws -> ListPage<Message> {
        let found = try transaction.query(
            """
            SELECT \(Self.messageColumns) FROM messages
            WHERE tenant_id = ?1 AND conversation_id = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4
            """,
            [tenantValue, .id(conversation.raw), .id(cursor ?? .greatest), .count(limit + 1)]
        ).map(message)
        return ListPage(found: found, limit: limit) { $0.id.raw }
    }
}
