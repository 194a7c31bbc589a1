internal import Storage

/// A reply that is due, named without its content.
public struct DueReply: Sendable, Hashable {
    /// Whose reply it is.
    public var tenantID: TenantID
    /// Which reply.
    public var id: ReplyID
    /// Where it is sent: one conversation sends one at a time.
    public var conversationID: ConversationID
    /// Its state at the time of the query; look again before acting on it.
    public var state: Reply.State
    /// Through which its tenant answers; `nil` where it answers through none, or it was not asked for.
    public var flow: Flow?
}

extension GlobalRows {
    /// Replies that are due, of all tenants: those to compose, the heads of their conversations' queues to send, and
    /// the unknown ones to read back. Those that wait behind a head are passed by, however many: they may be older than
    /// it, and a look that saw only them would see the same ones for ever.
    /// - Parameters:
    ///   - sending: what may be sent; those that may not are left out, and hide nobody.
    ///   - limit: how many are returned at most.
    /// - Returns: the replies, and whether there may be more: one tenant's backlog may hide the others, whom
    ///   ``tenantsWithDueReplies(after:now:limit:)`` finds.
    public func dueReplies(
        now: Timestamp, sending: SendingLimits = SendingLimits(), limit: Int
    ) throws -> (replies: [DueReply], isCutOff: Bool) {
        let rows = try transaction.query(
            """
            SELECT r.tenant_id, r.id, r.conversation_id, r.state, \(sending.flowColumn) FROM replies r
            WHERE r.due_at <= ?1 AND \(Self.isHeadOrNotQueued) AND (r.state <> 'queued' OR (\(sending.condition(3))))
            ORDER BY r.due_at, r.id LIMIT ?2
            """,
            [.integer(now.milliseconds), .count(limit)] + sending.values.map(SQLValue.text))
        return (try rows.map(DueReply.init(row:)), rows.count == limit)
    }

    /// Unknown replies that are due to be read back. Asked for by themselves: they hold their conversations up, Meta shows
    /// only the newest messages of a conversation, and a backlog of older ones must not hide them until it is too late.
    /// - Parameter limit: how many are returned at most.
    public func dueReadings(now: Timestamp, limit: Int) throws -> [DueReply] {
        // Both conditions: the first one is the index's.
        try transaction.query(
            """
            SELECT r.tenant_id, r.id, r.conversation_id, r.state, NULL FROM replies r
            WHERE r.state IN ('sending', 'unknown') AND r.state = 'unknown' AND r.due_at <= ?1
            ORDER BY r.due_at, r.id LIMIT ?2
            """,
            [.integer(now.milliseconds), .count(limit)]
        ).map(DueReply.init(row:))
    }

    /// Tenants with sends on their way. Whether somebody still waits for each, only the tenant's own rows tell: the parts,
    /// which say when a send began, are not for those who look across tenants.
    public func tenantsWithSends() throws -> [TenantID] {
        // Both conditions: the first one is the index's.
        try transaction.query(
            "SELECT DISTINCT tenant_id FROM replies WHERE state IN ('sending', 'unknown') AND state = 'sending'", []
        ).map { row in
            var columns = row.columns
            return TenantID(try columns.id())
        }
    }
}

extension DueReply {
    fileprivate init(row: SQLRow) throws {
        var columns = row.columns
        tenantID = TenantID(try columns.id())
        id = ReplyID(try columns.id())
        conversationID = ConversationID(try columns.id())
        state = try columns.word()
        flow = try columns.optionalText().map(Flow.init(rawValue:))
    }
}

extension GlobalRows {
    /// Of a reply `r`: whether it is due in truth, since a queued one waits for those before it.
    fileprivate static let isHeadOrNotQueued = """
        (r.state <> 'queued' OR NOT EXISTS (
            SELECT 1 FROM replies h WHERE h.tenant_id = r.tenant_id AND h.conversation_id = r.conversation_id
                AND h.state IN ('composing', 'queued', 'sending', 'unknown')
                AND (h.state IN ('sending', 'unknown') OR h.id < r.id)))
        """

    /// One tenant's due replies, as ``dueReplies(now:sending:limit:)`` finds everybody's.
    /// - Parameters:
    ///   - sending: what may be sent.
    ///   - limit: how many are returned at most.
    public func dueReplies(
        of tenant: TenantID, now: Timestamp, sending: SendingLimits = SendingLimits(), limit: Int
    ) throws -> [DueReply] {
        try transaction.query(
            """
            SELECT r.tenant_id, r.id, r.conversation_id, r.state, \(sending.flowColumn) FROM replies r
            WHERE r.tenant_id = ?3 AND r.due_at <= ?1 AND \(Self.isHeadOrNotQueued)
                AND (r.state <> 'queued' OR (\(sending.condition(4))))
            ORDER BY r.due_at, r.id LIMIT ?2
            """,
            [.integer(now.milliseconds), .count(limit), .id(tenant.raw)] + sending.values.map(SQLValue.text)
        ).map(DueReply.init(row:))
    }
}
