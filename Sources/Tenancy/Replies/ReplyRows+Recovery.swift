internal import Storage

/// What brings replies that stood still back to work.
extension TenantRows {
    /// Queues what waited for the account to be connected again.
    /// - Returns: how many.
    @discardableResult
    public func requeueHeld(_ reason: Reply.Reason, now: Timestamp) throws -> Int {
        let queued = try transaction.execute(
            """
            UPDATE replies SET state = 'queued', reason = NULL, settled_at = NULL, due_at = ?3
            WHERE tenant_id = ?1 AND state = 'held' AND reason = ?2
            """,
            [tenantValue, .text(reason.rawValue), .integer(now.milliseconds)])
        transitions.note(.queued, count: queued)
        return queued
    }

    /// A person asks for one more attempt. Only for what certainly did not go out, or what a person vouches for.
    /// - Returns: whether the reply was in a state that allows it.
    public func retry(_ id: ReplyID, now: Timestamp) throws -> Bool {
        guard try move(id, from: [.failed, .held], to: .queued, reason: nil, dueAt: now, now: now) else { return false }
        try transaction.execute(
            """
            UPDATE reply_parts SET state = 'queued', unknown_at = NULL, absent_readings = 0, settled_at = NULL
            WHERE tenant_id = ?1 AND reply_id = ?2 AND state IN ('failed', 'unknown')
            """,
            [tenantValue, .id(id.raw)])
        try countAttemptsAnew(id)
        return true
    }

    /// Queues what waited for an address of the flow that sends.
    func requeueReplies(awaitingAddressOf patient: PatientID, now: Timestamp) throws {
        let queued = try transaction.execute(
            """
            UPDATE replies SET state = 'queued', reason = NULL, settled_at = NULL, due_at = ?3
            WHERE tenant_id = ?1 AND state = 'held' AND reason = 'wrong_recipient' AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            """,
            [tenantValue, .id(patient.raw), .integer(now.milliseconds)])
        transitions.note(.queued, count: queued)
    }

    /// What is `sending` and nobody waits for may have gone out: it is unknown. That is everything for a new owner.
    /// - Parameters:
    ///   - before: only what began to be sent before then; `nil` for everything.
    ///   - readAt: when it is read back.
    public func rescueSends(before: Timestamp? = nil, now: Timestamp, readAt: Timestamp) throws {
        let limit = before ?? now.adding(seconds: 86_400)
        let unknown = try transaction.execute(
            """
            UPDATE replies SET state = 'unknown', reason = 'outcome_unknown', due_at = ?3
            WHERE tenant_id = ?1 AND state = 'sending' AND EXISTS (
                SELECT 1 FROM reply_parts p WHERE p.tenant_id = ?1 AND p.reply_id = replies.id
                    AND p.state = 'sending' AND p.sending_at < ?2)
            """,
            [tenantValue, .integer(limit.milliseconds), .integer(readAt.milliseconds)])
        transitions.note(.unknown, count: unknown)
        try transaction.execute(
            """
            UPDATE reply_parts SET state = 'unknown', unknown_at = ?3, absent_readings = 0
            WHERE tenant_id = ?1 AND state = 'sending' AND sending_at < ?2
            """,
            [tenantValue, .integer(limit.milliseconds), .integer(now.milliseconds)])
    }

    /// A step at this reply was broken off. If it is `sending`, that may have gone out: it is unknown.
    /// - Returns: whether it was.
    public func rescueSend(of id: ReplyID, now: Timestamp, readAt: Timestamp) throws -> Bool {
        guard try move(id, from: [.sending], to: .unknown, reason: .outcomeUnknown, dueAt: readAt, now: now) else {
            return false
        }
        for part in try parts(of: id) where part.state == .sending { try settleUnknown(part.id, now: now) }
        return true
    }
}
