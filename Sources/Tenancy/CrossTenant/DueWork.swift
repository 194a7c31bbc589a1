internal import Storage

/// Finding work: which tenants have some. What is done about it is done as that tenant. Needs the scope
/// ``Scope/shardLoad``.
extension GlobalRows {
    /// Tenants that have due events, the one that waits longest first.
    /// - Parameter limit: how many due events are looked at.
    /// - Returns: the tenants, and whether there are more due events than were looked at: the backlog of a few may hide
    ///   the others, whom ``tenantsWithDueEvents(after:now:limit:)`` finds.
    public func tenantsWithDueEvents(now: Timestamp, limit: Int) throws -> (tenants: [TenantID], isCutOff: Bool) {
        let rows = try transaction.query(
            "SELECT tenant_id FROM events WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
            [.integer(now.milliseconds), .count(limit)])
        var seen: Set<TenantID> = []
        let tenants = try rows.compactMap { row in
            var columns = row.columns
            let tenant = TenantID(try columns.id())
            return seen.insert(tenant).inserted ? tenant : nil
        }
        return (tenants, rows.count == limit)
    }

    /// Tenants that have due events, by their ids, however many events each of them has.
    /// - Parameters:
    ///   - tenant: the one before the first.
    ///   - limit: how many tenants with waiting events, due or not, are looked at.
    public func tenantsWithDueEvents(after tenant: TenantID?, now: Timestamp, limit: Int) throws -> TenantsInTurn {
        try tenantsInTurn(of: "events", after: tenant, now: now, limit: limit)
    }

    /// Tenants that have due replies, by their ids, however many replies each of them has.
    public func tenantsWithDueReplies(after tenant: TenantID?, now: Timestamp, limit: Int) throws -> TenantsInTurn {
        try tenantsInTurn(of: "replies", after: tenant, now: now, limit: limit)
    }

    /// One step in the index for each tenant, over whatever it has waiting.
    private func tenantsInTurn(
        of table: String, after tenant: TenantID?, now: Timestamp, limit: Int
    ) throws -> TenantsInTurn {
        let rows = try transaction.query(
            """
            WITH RECURSIVE waiting (tenant_id) AS (
                SELECT (SELECT tenant_id FROM \(table) WHERE due_at IS NOT NULL AND tenant_id > ?1
                    ORDER BY tenant_id LIMIT 1)
                UNION ALL
                SELECT (SELECT n.tenant_id FROM \(table) n WHERE n.due_at IS NOT NULL AND n.tenant_id > w.tenant_id
                    ORDER BY n.tenant_id LIMIT 1)
                FROM waiting w WHERE w.tenant_id IS NOT NULL
            )
            SELECT w.tenant_id, (SELECT f.due_at FROM \(table) f WHERE f.tenant_id = w.tenant_id AND f.due_at IS NOT NULL
                ORDER BY f.due_at LIMIT 1)
            FROM waiting w WHERE w.tenant_id IS NOT NULL LIMIT ?2
            """,
            // The nil UUID is smaller than every UUIDv7.
            [.id(tenant?.raw ?? Identifier(high: 0, low: 0)), .count(limit)])
        var found = TenantsInTurn(tenants: [], last: nil)
        for row in rows {
            var columns = row.columns
            let tenant = TenantID(try columns.id())
            if let due = try columns.optionalInteger(), due <= now.milliseconds { found.tenants.append(tenant) }
            found.last = tenant
        }
        if rows.count < limit { found.last = nil }
        return found
    }

    /// Tenants of whose work something was left in the middle: replies on their way, events whose sender was being looked up.
    public func tenantsWithInterruptedWork(now: Timestamp) throws -> [TenantID] {
        try transaction.query(
            """
            SELECT tenant_id FROM replies WHERE state = 'sending'
            UNION
            SELECT tenant_id FROM events WHERE due_at > ?1 AND state = 'received' AND reason IS NULL
            """,
            [.integer(now.milliseconds)]
        ).map { row in
            var columns = row.columns
            return TenantID(try columns.id())
        }
    }

    /// When the next event becomes due by itself.
    public func nextDueEvent(after now: Timestamp) throws -> Timestamp? {
        try nextDue("SELECT MIN(due_at) FROM events WHERE due_at > ?1", now)
    }

    /// When the next reply becomes due by itself.
    public func nextDueReply(after now: Timestamp) throws -> Timestamp? {
        try nextDue("SELECT MIN(due_at) FROM replies WHERE due_at > ?1", now)
    }

    private func nextDue(_ sql: String, _ now: Timestamp) throws -> Timestamp? {
        guard var columns = try transaction.first(sql, [.integer(now.milliseconds)])?.columns else { return nil }
        return try columns.optionalInteger().map(Timestamp.init(milliseconds:))
    }
}

/// Some tenants with due work, by their ids.
public struct TenantsInTurn: Sendable, Hashable {
    /// Those with due work.
    public var tenants: [TenantID]
    /// Where to go on; `nil` at the end: begin anew.
    public var last: TenantID?

    /// Whether a tenant would be among them if it had due work.
    /// - Parameter turn: where these tenants began.
    public func passes(_ tenant: TenantID, from turn: TenantID?) -> Bool {
        (turn.map { $0 < tenant } ?? true) && (last.map { tenant <= $0 } ?? true)
    }

    /// Where to go on when there was no room for all of them.
    /// - Parameters:
    ///   - left: the first of ``tenants`` that could not be taken; `nil` when all were.
    ///   - turn: where these tenants began.
    public func next(leaving left: TenantID?, from turn: TenantID?) -> TenantID? {
        guard let left else { return last }
        return tenants.last { $0 < left } ?? turn
    }
}
