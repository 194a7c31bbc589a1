internal import Storage

extension TenantRows {
    func insertParts(_ parts: [ReplyPart], of reply: Reply) throws {
        try transaction.executeBatch(
            """
            INSERT INTO reply_parts (
                tenant_id, id, reply_id, conversation_id, position, text, text_digest, state, absent_readings
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'queued', 0)
            """,
            try parts.map { part in
                [
                    tenantValue, .id(part.id.raw), .id(reply.id.raw), .id(reply.conversationID.raw),
                    .count(part.position),
                    .blob(try keys.seal(part.text, at: .init("reply_parts", "text", part.id.raw))),
                    .blob(keys.digest("text", part.text)),
                ]
            })
    }

    func parts(of reply: ReplyID) throws -> [ReplyPart] {
        try transaction.query(
            "SELECT \(Self.partColumns) FROM reply_parts WHERE tenant_id = ?1 AND reply_id = ?2 ORDER BY position",
            [tenantValue, .id(reply.raw)]
        ).map(part)
    }

    /// The parts of every reply from one id to another, in order: a page's in one query, since each is a way to the server
    /// and back.
    func parts(from oldest: ReplyID, to newest: ReplyID) throws -> [ReplyID: [ReplyPart]] {
        let parts = try transaction.query(
            """
            SELECT \(Self.partColumns) FROM reply_parts
            WHERE tenant_id = ?1 AND reply_id >= ?2 AND reply_id <= ?3 ORDER BY reply_id, position
            """,
            [tenantValue, .id(oldest.raw), .id(newest.raw)]
        ).map(part)
        return Dictionary(grouping: parts, by: \.replyID)
    }

    private func part(_ row: SQLRow) throws -> ReplyPart {
        var columns = row.columns
        let id = ReplyPartID(try columns.id())
        let reply = ReplyID(try columns.id())
        let position = try columns.count()
        let text = try keys.text(try columns.blob(), at: .init("reply_parts", "text", id.raw))
        guard let state = ReplyPart.State(rawValue: try columns.text()) else {
            throw StorageError(.schema, "reply part state")
        }
        return ReplyPart(
            id: id, replyID: reply, position: position, text: text, state: state, mid: try columns.optionalText(),
            sendingAt: try columns.optionalInteger().map(Timestamp.init(milliseconds:)),
            unknownAt: try columns.optionalInteger().map(Timestamp.init(milliseconds:)),
            absentReadings: try columns.count())
    }

    /// The part that Meta named so.
    public func part(mid: String) throws -> ReplyPart? {
        try transaction.first(
            "SELECT \(Self.partColumns) FROM reply_parts WHERE tenant_id = ?1 AND mid_digest = ?2",
            [tenantValue, .blob(midDigest(mid))]
        ).map(part)
    }

    /// Parts of a conversation whose outcome is open, oldest first.
    /// - Parameter includingHeld: also those that were given up on: a late echo may still tell.
    public func openParts(of conversation: ConversationID, includingHeld: Bool = false) throws -> [ReplyPart] {
        let states = includingHeld ? "'sending', 'unknown', 'held'" : "'sending', 'unknown'"
        return try transaction.query(
            """
            SELECT \(Self.partColumns) FROM reply_parts
            WHERE tenant_id = ?1 AND conversation_id = ?2 AND state IN ('sending', 'unknown')
                AND reply_id IN (
                    SELECT id FROM replies
                    WHERE tenant_id = ?1 AND conversation_id = ?2 AND state IN (\(states)))
            ORDER BY id
            """,
            [tenantValue, .id(conversation.raw)]
        ).map(part)
    }

    /// The part is about to be sent: durable before the first byte.
    public func beginSending(_ part: ReplyPartID, now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE reply_parts SET state = 'sending', sending_at = ?3, unknown_at = NULL, absent_readings = 0
            WHERE tenant_id = ?1 AND id = ?2 AND state = 'queued'
            """,
            [tenantValue, .id(part.raw), .integer(now.milliseconds)])
    }

    /// The part went out under this id.
    /// - Returns: whether it was still open.
    @discardableResult
    public func settleSent(_ part: ReplyPartID, mid: String, now: Timestamp) throws -> Bool {
        try transaction.execute(
            """
            UPDATE reply_parts SET state = 'sent', mid = ?3, mid_digest = ?4, settled_at = ?5
            WHERE tenant_id = ?1 AND id = ?2 AND state IN ('sending', 'unknown')
            """,
            [
                tenantValue, .id(part.raw), .text(Self.storable(mid)), .blob(midDigest(mid)),
                .integer(now.milliseconds),
            ]) == 1
    }

    /// It is not known whether the part went out.
    @discardableResult
    public func settleUnknown(_ part: ReplyPartID, now: Timestamp) throws -> Bool {
        try transaction.execute(
            """
            UPDATE reply_parts SET state = 'unknown', unknown_at = ?3, absent_readings = 0
            WHERE tenant_id = ?1 AND id = ?2 AND state = 'sending'
            """,
            [tenantValue, .id(part.raw), .integer(now.milliseconds)]) == 1
    }

    /// The part certainly did not go out: back to its queue, or at an end.
    @discardableResult
    public func settleNotSent(_ part: ReplyPartID, _ state: ReplyPart.State, now: Timestamp) throws -> Bool {
        try transaction.execute(
            """
            UPDATE reply_parts SET state = ?3, settled_at = CASE WHEN ?3 = 'queued' THEN NULL ELSE ?4 END
            WHERE tenant_id = ?1 AND id = ?2 AND state IN ('queued', 'sending', 'unknown')
            """,
            [tenantValue, .id(part.raw), .text(state.rawValue), .integer(now.milliseconds)]) == 1
    }

    /// One more reading showed the message being answered and not this part.
    public func noteAbsent(_ part: ReplyPartID) throws {
        try transaction.execute(
            "UPDATE reply_parts SET absent_readings = absent_readings + 1 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(part.raw)])
    }
}
