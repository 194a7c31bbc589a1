internal import Storage

/// A connection that is to be looked after, named without its content.
public struct DueConnection: Sendable, Hashable {
    /// Whose it is.
    public var tenantID: TenantID
    /// Which one.
    public var id: ConnectionID
}

/// Finding connections that are to be looked after. Needs the scope ``Scope/shardLoad``.
extension GlobalRows {
    /// Those that are due, the one that waits longest first.
    public func dueConnections(now: Timestamp, limit: Int) throws -> [DueConnection] {
        try transaction.query(
            "SELECT tenant_id, id FROM connections WHERE care_due_at <= ?1 ORDER BY care_due_at, id LIMIT ?2",
            [.time(now), .count(limit)]
        ).map { row in
            var columns = row.columns
            return DueConnection(tenantID: TenantID(try columns.id()), id: ConnectionID(try columns.id()))
        }
    }

    /// Those that answer and that nobody has planned to look after, with their flows.
    public func connectionsWithoutPlan() throws -> [(tenantID: TenantID, id: ConnectionID, flow: Flow)] {
        try transaction.query(
            """
            SELECT tenant_id, id, flow FROM connections
            WHERE care_due_at IS NULL AND state IN ('active', 'degraded') AND token IS NOT NULL
            """, []
        ).map { row in
            var columns = row.columns
            return (
                TenantID(try columns.id()), ConnectionID(try columns.id()), Flow(rawValue: try columns.text())
            )
        }
    }

    /// When the last webhook of any account came; `nil` where none ever did.
    public func newestWebhook() throws -> Timestamp? {
        guard
            var columns = try transaction.first("SELECT MAX(last_webhook_at) FROM connections", [])?.columns
        else { return nil }
        return try columns.optionalTime()
    }

    /// Those that answer, were not checked since a moment, nor changed, and are to be checked in their daily turn only.
    public func uncheckedConnections(since: Timestamp, limit: Int) throws -> [DueConnection] {
        try transaction.query(
            """
            SELECT tenant_id, id FROM connections
            WHERE state IN ('active', 'degraded') AND token IS NOT NULL AND check_at IS NULL AND updated_at < ?1
                AND (checked_at IS NULL OR checked_at < ?1)
            LIMIT ?2
            """,
            [.time(since), .count(limit)]
        ).map { row in
            var columns = row.columns
            return DueConnection(tenantID: TenantID(try columns.id()), id: ConnectionID(try columns.id()))
        }
    }

    /// When the next one becomes due by itself.
    public func nextDueConnection(after now: Timestamp) throws -> Timestamp? {
        guard
            var columns = try transaction.first(
                "SELECT MIN(care_due_at) FROM connections WHERE care_due_at > ?1", [.time(now)])?.columns
        else { return nil }
        return try columns.optionalTime()
    }
}
