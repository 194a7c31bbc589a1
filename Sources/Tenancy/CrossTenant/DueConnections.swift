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

    /// When the newest event of any account was received, whether it was processed or not; `nil` where none is kept.
    public func newestEvent() throws -> Timestamp? {
        let newest = try transaction.first(
            "SELECT id FROM events WHERE id < ?1 ORDER BY id DESC LIMIT 1", [.id(.greatest)])
        guard var columns = newest?.columns else { return nil }
        return Timestamp(milliseconds: try columns.id().createdAt)
    }

    /// Those that answer, were not checked since a moment, and are to be checked in their daily turn only; by their ids.
    /// - Parameter last: the last one that was read; `nil` begins.
    public func uncheckedConnections(since: Timestamp, after last: DueConnection?, limit: Int) throws -> [DueConnection]
    {
        let begin = Identifier(high: 0, low: 0)
        return try transaction.query(
            """
            SELECT tenant_id, id FROM connections
            WHERE (tenant_id, id) > (?1, ?2) AND state IN ('active', 'degraded') AND token IS NOT NULL
                AND check_at IS NULL AND (checked_at IS NULL OR checked_at < ?3)
            ORDER BY tenant_id, id LIMIT ?4
            """,
            [.id(last?.tenantID.raw ?? begin), .id(last?.id.raw ?? begin), .time(since), .count(limit)]
        ).map { row in
            var columns = row.columns
            return DueConnection(tenantID: TenantID(try columns.id()), id: ConnectionID(try columns.id()))
        }
    }

    /// Since when everybody is to be checked once; `nil` where that was never asked for.
    public func checksAskedSince() throws -> Timestamp? {
        let row = try transaction.first("SELECT revision FROM revisions WHERE name = 'checks_asked_since'", [])
        guard var columns = row?.columns else { return nil }
        let moment = try columns.time()
        return moment.milliseconds == 0 ? nil : moment
    }

    /// Has everybody checked who was last checked before a moment.
    public func askForChecks(since moment: Timestamp) throws {
        try transaction.execute(
            "UPDATE revisions SET revision = ?1 WHERE name = 'checks_asked_since' AND revision < ?1", [.time(moment)])
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
