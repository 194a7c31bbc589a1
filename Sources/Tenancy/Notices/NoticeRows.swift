internal import Storage

/// What owners are to be told. A notice is written in the transaction of what it tells of, so that neither is there
/// without the other; telling comes after.
extension TenantRows {
    /// How long notices are kept, in seconds; they are tried for a tenth of it.
    public static let noticeSeconds = 30 * 86_400

    /// Writes down what an owner is to be told; nothing where nobody is told anything.
    /// - Parameters:
    ///   - subject: id of the connection, or the name of the app.
    ///   - seconds: nothing is written where the subject's newest notice is of this kind and younger.
    public func tell(
        _ kind: Notice.Kind, of subject: String, _ facts: Notice.Facts, unlessToldWithin seconds: Int = 0,
        now: Timestamp
    ) throws {
        guard tellsOwners else { return }
        if seconds > 0, let newest = try newestNotice(of: subject), newest.kind == kind,
            newest.createdAt.adding(seconds: seconds) > now
        {
            return
        }
        try transaction.execute(
            """
            INSERT INTO notifications (
                tenant_id, id, kind, subject, facts, created_at, attempts, due_at
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6)
            """,
            [
                tenantValue, .id(identifiers.make(now: now.milliseconds)), .text(kind.rawValue), .text(subject),
                .text(try JSONColumn.encode(facts)), .time(now),
            ])
    }

    /// Writes down what a connection's change tells, if anything.
    func tell(change before: Connection?, to state: Connection.State, _ reason: Connection.Reason?, now: Timestamp)
        throws
    {
        guard tellsOwners, let before, let kind = Notice.Kind(change: before, to: state, reason) else { return }
        var facts = Notice.Facts(before)
        facts.state = state.rawValue
        facts.reason = reason?.rawValue
        try tell(kind, of: before.id.description, facts, now: now)
    }

    /// One notice.
    public func notice(_ id: NoticeID) throws -> Notice? {
        try notices(where: "id = ?2", [.id(id.raw)]).first
    }

    /// The newest notices, the newest first.
    /// - Parameter limit: how many at most.
    public func notices(limit: Int) throws -> [Notice] {
        try notices(where: "id >= ?2", [.id(.least)], limit: limit)
    }

    private func newestNotice(of subject: String) throws -> Notice? {
        try notices(where: "subject = ?2", [.text(subject)]).first
    }

    /// An attempt has failed, and there will be another.
    /// - Parameter outcome: a bounded word.
    public func postponeNotice(_ id: NoticeID, until dueAt: Timestamp, outcome: String) throws {
        try transaction.execute(
            """
            UPDATE notifications SET attempts = attempts + 1, due_at = ?3, outcome = ?4
            WHERE tenant_id = ?1 AND id = ?2 AND due_at IS NOT NULL
            """, [tenantValue, .id(id.raw), .time(dueAt), .text(outcome)])
    }

    /// A notice was told, or is given up.
    /// - Parameter outcome: a bounded word.
    public func settleNotice(_ id: NoticeID, outcome: String, now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE notifications SET attempts = attempts + 1, due_at = NULL, outcome = ?4, settled_at = ?3
            WHERE tenant_id = ?1 AND id = ?2 AND due_at IS NOT NULL
            """, [tenantValue, .id(id.raw), .time(now), .text(outcome)])
    }

    private func notices(where condition: String, _ values: [SQLValue], limit: Int = 1) throws -> [Notice] {
        try transaction.query(
            """
            SELECT id, kind, subject, facts, created_at, attempts, due_at, outcome, settled_at FROM notifications
            WHERE tenant_id = ?1 AND \(condition) ORDER BY id DESC LIMIT ?3
            """, [tenantValue] + values + [.count(limit)]
        ).map { row in
            var columns = row.columns
            return Notice(
                id: NoticeID(try columns.id()), tenantID: tenant, kind: try columns.word(),
                subject: try columns.text(), facts: try JSONColumn.decode(try columns.text()),
                createdAt: try columns.time(), attempts: try columns.count(), dueAt: try columns.optionalTime(),
                outcome: try columns.optionalText(), settledAt: try columns.optionalTime())
        }
    }
}
