internal import Storage

/// A notice that is due, named without its content.
public struct DueNotice: Sendable, Hashable {
    /// Whose it is.
    public var tenantID: TenantID
    /// Which one.
    public var id: NoticeID
}

/// Finding notices that are to be told. Needs the scope ``Scope/shardLoad``.
extension GlobalRows {
    /// Those that are due, the one that waits longest first.
    public func dueNotices(now: Timestamp, limit: Int) throws -> [DueNotice] {
        try transaction.query(
            "SELECT tenant_id, id FROM notifications WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
            [.time(now), .count(limit)]
        ).map { row in
            var columns = row.columns
            return DueNotice(tenantID: TenantID(try columns.id()), id: NoticeID(try columns.id()))
        }
    }

    /// When the next one becomes due by itself.
    public func nextDueNotice(after now: Timestamp) throws -> Timestamp? {
        guard
            var columns = try transaction.first(
                "SELECT MIN(due_at) FROM notifications WHERE due_at > ?1", [.time(now)])?.columns
        else { return nil }
        return try columns.optionalTime()
    }
}
