internal import Storage

/// An erasure that is to be gone on with.
public struct DueErasure: Sendable, Hashable {
    /// Whose rows.
    public var tenantID: TenantID
    /// Which one.
    public var id: ErasureID
    /// What is destroyed.
    public var kind: Erasure.Kind
}

/// Finding erasures that are to be gone on with. Needs the scope ``Scope/shardLoad``.
extension GlobalRows {
    /// Those that are due, the one that waits longest first.
    public func dueErasures(now: Timestamp, limit: Int) throws -> [DueErasure] {
        try transaction.query(
            "SELECT tenant_id, id, kind FROM erasures WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
            [.time(now), .count(limit)]
        ).map { row in
            var columns = row.columns
            return DueErasure(
                tenantID: TenantID(try columns.id()), id: ErasureID(try columns.id()), kind: try columns.word())
        }
    }

    /// When the next one becomes due by itself.
    public func nextDueErasure(after now: Timestamp) throws -> Timestamp? {
        guard
            var columns = try transaction.first(
                "SELECT MIN(due_at) FROM erasures WHERE due_at > ?1", [.time(now)])?.columns
        else { return nil }
        return try columns.optionalTime()
    }
}
