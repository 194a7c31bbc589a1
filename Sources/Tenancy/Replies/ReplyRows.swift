internal import Storage

extension TenantRows {
    static let replyColumns = """
        id, conversation_id, in_reply_to, event_id, author, rule, text, state, reason, attempts, window_ends_at, due_at,
        created_at, settled_at
        """

    /// Puts a reply into the queue of its conversation.
    /// - Returns: `false` when the message has its automated reply already; nothing is changed then.
    @discardableResult
    public func insert(_ reply: Reply) throws -> Bool {
        let inserted = try transaction.execute(
            """
            INSERT INTO replies (
                tenant_id, id, conversation_id, in_reply_to, event_id, author, rule, text, state, reason, attempts,
                window_ends_at, due_at, created_at
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13)
            ON CONFLICT (tenant_id, in_reply_to) WHERE author = 'machine' DO NOTHING
            """,
            [
                tenantValue, .id(reply.id.raw), .id(reply.conversationID.raw), .id(reply.inReplyTo?.raw),
                .id(reply.eventID?.raw), .text(reply.author.rawValue), .text(reply.rule),
                .blob(try sealed(reply.text, of: reply.id)), .text(reply.state.rawValue),
                .text(reply.reason?.rawValue), .integer(reply.windowEndsAt.milliseconds),
                .integer(reply.dueAt?.milliseconds), .integer(reply.createdAt.milliseconds),
            ])
        guard inserted == 1 else { return false }
        transitions.note(reply.state)
        try insertParts(reply.parts, of: reply)
        return true
    }

    private func sealed(_ text: String?, of id: ReplyID) throws -> [UInt8]? {
        try text.map { try keys.seal($0, at: .init("replies", "text", id.raw)) }
    }

    /// One reply with its parts.
    public func reply(_ id: ReplyID) throws -> Reply? {
        guard
            let row = try transaction.first(
                "SELECT \(Self.replyColumns) FROM replies WHERE tenant_id = ?1 AND id = ?2",
                [tenantValue, .id(id.raw)])
        else { return nil }
        return try reply(row)
    }

    /// The automated reply to a message, where there is one.
    public func automatedReply(to message: MessageID) throws -> Reply? {
        guard
            let row = try transaction.first(
                """
                SELECT \(Self.replyColumns) FROM replies
                WHERE tenant_id = ?1 AND in_reply_to = ?2 AND author = 'machine'
                """,
                [tenantValue, .id(message.raw)])
        else { return nil }
        return try reply(row)
    }

    func reply(_ row: SQLRow) throws -> Reply {
        var reply = try replyWithoutParts(row)
        reply.parts = try parts(of: reply.id)
        return reply
    }

    /// Of a query of ``replyColumns``.
    func replyWithoutParts(_ row: SQLRow) throws -> Reply {
        var columns = row.columns
        let id = ReplyID(try columns.id())
        let conversation = ConversationID(try columns.id())
        let inReplyTo = try columns.optionalID().map(MessageID.init)
        let event = try columns.optionalID().map(EventID.init)
        guard let author = Reply.Author(rawValue: try columns.text()) else {
            throw StorageError(.schema, "reply author")
        }
        let rule = try columns.optionalText()
        let text = try columns.optionalBlob().map { try keys.text($0, at: .init("replies", "text", id.raw)) }
        guard let state = Reply.State(rawValue: try columns.text()) else { throw StorageError(.schema, "reply state") }
        return Reply(
            id: id, conversationID: conversation, inReplyTo: inReplyTo, eventID: event, author: author, rule: rule,
            text: text, state: state, reason: try columns.optionalText().flatMap(Reply.Reason.init(rawValue:)),
            attempts: try columns.count(), windowEndsAt: Timestamp(milliseconds: try columns.integer()),
            dueAt: try columns.optionalInteger().map(Timestamp.init(milliseconds:)),
            createdAt: Timestamp(milliseconds: try columns.integer()),
            settledAt: try columns.optionalInteger().map(Timestamp.init(milliseconds:)), parts: [])
    }

    static let partColumns = "id, reply_id, position, text, state, mid, sending_at, unknown_at, absent_readings"

    /// Moves a reply on, if it is still in a state that it may leave.
    /// - Returns: whether it was.
    @discardableResult
    public func move(
        _ id: ReplyID, from states: [Reply.State], to state: Reply.State, reason: Reply.Reason?, dueAt: Timestamp?,
        now: Timestamp
    ) throws -> Bool {
        let names = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let moved = try transaction.execute(
            """
            UPDATE replies SET state = ?3, reason = ?4, due_at = ?5, settled_at = ?6,
                attempts = attempts + CASE WHEN ?3 = 'sending' THEN 1 ELSE 0 END
            WHERE tenant_id = ?1 AND id = ?2 AND state IN (\(names))
            """,
            [
                tenantValue, .id(id.raw), .text(state.rawValue), .text(reason?.rawValue),
                .integer(dueAt?.milliseconds), .integer(state.isSettled || state == .held ? now.milliseconds : nil),
            ])
        guard moved == 1 else { return false }
        // One that is only put off has not come into another state.
        if !states.contains(state) {
            transitions.note(state, sinceWebhook: state == .sent ? try sinceWebhook(of: id, now: now) : nil)
        }
        return true
    }

    /// The attempt said nothing of the message or the person: it is not counted.
    public func forgetAttempt(_ id: ReplyID) throws {
        try transaction.execute(
            "UPDATE replies SET attempts = attempts - 1 WHERE tenant_id = ?1 AND id = ?2 AND attempts > 0",
            [tenantValue, .id(id.raw)])
    }

    /// The next part, or a person's own wish, has attempts of its own.
    public func countAttemptsAnew(_ id: ReplyID) throws {
        try transaction.execute(
            "UPDATE replies SET attempts = 1 WHERE tenant_id = ?1 AND id = ?2 AND attempts > 1",
            [tenantValue, .id(id.raw)])
    }

    /// Milliseconds since the webhook that caused a reply arrived; `nil` where none did, or where it is gone.
    private func sinceWebhook(of id: ReplyID, now: Timestamp) throws -> Int64? {
        guard
            var columns = try transaction.first(
                """
                SELECT e.received_at FROM replies r JOIN events e ON e.tenant_id = r.tenant_id AND e.id = r.event_id
                WHERE r.tenant_id = ?1 AND r.id = ?2
                """,
                [tenantValue, .id(id.raw)])?.columns
        else { return nil }
        return now.milliseconds - (try columns.integer())
    }

    /// Looks at a reply again later, whatever it waits for.
    public func postpone(_ id: ReplyID, until moment: Timestamp) throws {
        try transaction.execute(
            "UPDATE replies SET due_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND due_at IS NOT NULL",
            [tenantValue, .id(id.raw), .integer(moment.milliseconds)])
    }

    /// Composing is done: text and parts are there.
    /// - Parameter rule: the one it was composed by.
    /// - Returns: `false` where it is not composing any more, or by another rule since the message was edited.
    @discardableResult
    public func compose(
        _ id: ReplyID, by rule: String?, text: String, parts: [(id: ReplyPartID, text: String)], dueAt: Timestamp
    ) throws -> Bool {
        guard let reply = try reply(id), reply.state == .composing, reply.rule == rule else { return false }
        try transaction.execute(
            """
            UPDATE replies SET text = ?3, state = 'queued', reason = NULL, due_at = ?4
            WHERE tenant_id = ?1 AND id = ?2 AND state = 'composing'
            """,
            [tenantValue, .id(id.raw), .blob(try sealed(text, of: id)), .integer(dueAt.milliseconds)])
        transitions.note(.queued)
        try insertParts(
            parts.enumerated().map { index, part in
                ReplyPart(id: part.id, replyID: id, position: index, text: part.text, state: .queued)
            }, of: reply)
        return true
    }

    /// Back to composing, because the message changed before anything was sent.
    public func recompose(_ id: ReplyID, rule: String, now: Timestamp) throws {
        let changed = try transaction.execute(
            """
            UPDATE replies SET state = 'composing', rule = ?3, text = NULL, due_at = ?4
            WHERE tenant_id = ?1 AND id = ?2 AND state IN ('composing', 'queued') AND attempts = 0
            """,
            [tenantValue, .id(id.raw), .text(rule), .integer(now.milliseconds)])
        if changed == 1 {
            transitions.note(.composing)
            try transaction.execute(
                "DELETE FROM reply_parts WHERE tenant_id = ?1 AND reply_id = ?2", [tenantValue, .id(id.raw)])
        }
    }

    /// When a rule last answered a conversation.
    public func lastUse(ofRule rule: String, in conversation: ConversationID) throws -> Timestamp? {
        guard
            var columns = try transaction.first(
                """
                SELECT MAX(created_at) FROM replies
                WHERE tenant_id = ?1 AND conversation_id = ?2 AND rule = ?3 AND author = 'machine'
                    AND state NOT IN ('cancelled', 'expired', 'failed')
                """,
                [tenantValue, .id(conversation.raw), .text(rule)])?.columns
        else { return nil }
        return try columns.optionalInteger().map(Timestamp.init(milliseconds:))
    }

    /// How many automated replies a conversation got since then.
    public func automatedReplies(in conversation: ConversationID, since moment: Timestamp) throws -> Int {
        guard
            var columns = try transaction.first(
                """
                SELECT COUNT(*) FROM replies
                WHERE tenant_id = ?1 AND conversation_id = ?2 AND author = 'machine' AND created_at > ?3
                    AND state NOT IN ('cancelled', 'expired', 'failed')
                """,
                [tenantValue, .id(conversation.raw), .integer(moment.milliseconds)])?.columns
        else { return 0 }
        return try columns.count()
    }

    /// Cancels a conversation's automated replies that have not begun to go out.
    public func cancelAutomated(in conversation: ConversationID, reason: Reply.Reason, now: Timestamp) throws {
        let cancelled = try transaction.execute(
            """
            UPDATE replies SET state = 'cancelled', reason = ?3, due_at = NULL, settled_at = ?4
            WHERE tenant_id = ?1 AND conversation_id = ?2 AND author = 'machine'
                AND state IN ('composing', 'queued')
            """,
            [tenantValue, .id(conversation.raw), .text(reason.rawValue), .integer(now.milliseconds)])
        transitions.note(.cancelled, count: cancelled)
    }

    /// Replies created after a reply in its conversation must wait for it, and all for one that is on its way; this tells
    /// whether one stands before it.
    public func isHead(_ reply: Reply) throws -> Bool {
        try transaction.first(
            """
            SELECT 1 FROM replies WHERE tenant_id = ?1 AND conversation_id = ?2 AND id <> ?3
                AND state IN ('composing', 'queued', 'sending', 'unknown')
                AND (state IN ('sending', 'unknown') OR id < ?3) LIMIT 1
            """,
            [tenantValue, .id(reply.conversationID.raw), .id(reply.id.raw)]) == nil
    }
}
