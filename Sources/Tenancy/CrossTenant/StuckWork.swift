public import Storage

/// Work that somebody should look at, over all tenants.
public struct StuckWork: Sendable, Hashable {
    /// What is counted so far, and no further.
    public static let most = 1000

    /// Events that failed, ``most`` at most.
    public var failedEvents: Int
    /// Replies of which it is not known yet whether they went out; ``most`` of each state at most.
    public var unknownReplies: Int
    /// Replies that are kept back: of some it was never known, some wait for a reconnect.
    public var heldReplies: Int
    /// Replies that were given up.
    public var failedReplies: Int
}

/// A reply that somebody should look at, without anything that a patient or a practice wrote.
public struct StuckReply: Sendable, Hashable {
    /// Whose it is.
    public var tenantID: TenantID
    /// Which one.
    public var id: ReplyID
    /// `unknown`, `held` or `failed`.
    public var state: Reply.State
    /// Why.
    public var reason: Reply.Reason?
    /// How often it was tried.
    public var attempts: Int
    /// When it was made.
    public var createdAt: Timestamp
}

extension GlobalRows {
    /// How much work is stuck; scope `operators`.
    public func stuckWork() throws -> StuckWork {
        let events = try count(
            """
            SELECT COUNT(*) FROM (
                SELECT id FROM events WHERE state <> 'done' AND state = 'failed' LIMIT ?1) n
            """, [.count(StuckWork.most)])
        func replies(_ state: Reply.State) throws -> Int {
            try count(
                """
                SELECT COUNT(*) FROM (
                    SELECT id FROM replies WHERE state IN ('unknown', 'held', 'failed') AND state = ?2 LIMIT ?1) n
                """, [.count(StuckWork.most), .text(state.rawValue)])
        }
        return StuckWork(
            failedEvents: events, unknownReplies: try replies(.unknown), heldReplies: try replies(.held),
            failedReplies: try replies(.failed))
    }

    func count(_ sql: String, _ values: [SQLValue]) throws -> Int {
        guard var columns = try transaction.first(sql, values)?.columns else { return 0 }
        return try columns.count()
    }

    /// A page of replies in one of these states, newest first; scope `operators`.
    public func stuckReplies(_ state: Reply.State, before cursor: Identifier?, limit: Int) throws -> ListPage<
        StuckReply
    > {
        let found = try transaction.query(
            """
            SELECT tenant_id, id, state, reason, attempts, created_at FROM replies
            WHERE state IN ('unknown', 'held', 'failed') AND state = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2
            """, [.id(cursor ?? .greatest), .count(limit + 1), .text(state.rawValue)]
        ).map { row in
            var columns = row.columns
            return StuckReply(
                tenantID: TenantID(try columns.id()), id: ReplyID(try columns.id()), state: try columns.word(),
                reason: try columns.optionalWord(), attempts: try columns.count(), createdAt: try columns.time())
        }
        return ListPage(found: found, limit: limit) { $0.id.raw }
    }
}
