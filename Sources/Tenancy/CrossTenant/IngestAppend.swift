internal import Storage

extension GlobalRows {
    /// Appends events of any tenants. An exact redelivery adds no row, only a count. Whatever the scope was, the rest of
    /// the transaction has the scope ``Scope/ingest``.
    ///
    /// The conflict clause is bare: a conflict target would need the right to read, which the receiving side lacks. For
    /// the same reason a redelivery is counted as the tenant whose event it is.
    /// - Returns: how many were new.
    /// - Throws: ``KeyError/noTenant`` where one of them is a deleted tenant's: nothing was stored. On PostgreSQL a policy
    ///   says the same, as ``SQLState/insufficientPrivilege``.
    @discardableResult
    public func append(_ events: [NewEvent]) throws -> Int {
        try transaction.enter(.ingest)
        if hasOneWriter { try refuseDeletedTenants(of: events) }
        let inserted = try transaction.executeBatch(Self.insertEvent, events.map(\.values))
        if inserted < events.count { try countRedeliveries(events) }
        return inserted
    }

    /// Once for all events of a transaction, over the few tenants that were deleted lately: nobody holds the key of one that
    /// was deleted an hour ago.
    private func refuseDeletedTenants(of events: [NewEvent]) throws {
        guard let first = events.map(\.receivedAt).min() else { return }
        let deleted = try transaction.query(
            "SELECT id FROM tenants WHERE deleted_at IS NOT NULL AND deleted_at > ?1",
            [.time(first.adding(seconds: -3600))])
        if deleted.isEmpty { return }
        let tenants = Set(events.map(\.tenantID))
        for row in deleted {
            var columns = row.columns
            if tenants.contains(TenantID(try columns.id())) { throw KeyError.noTenant }
        }
    }

    /// Waits for whoever works on one of these events, as the insert has already done: PostgreSQL has to know whether the
    /// row with that key stays. A worker that stands still holds it until its transaction times out.
    private func countRedeliveries(_ events: [NewEvent]) throws {
        // In one order everywhere, so that two transactions seldom wait for each other.
        for (tenant, events) in Dictionary(grouping: events, by: \.tenantID).sorted(by: { $0.key < $1.key }) {
            try transaction.enter(.tenant(tenant.raw))
            try transaction.executeBatch(
                "UPDATE events SET deliveries = deliveries + 1 WHERE tenant_id = ?1 AND dedup = ?2 AND id <> ?3",
                events.map { [.id(tenant.raw), .blob($0.dedup), .id($0.id.raw)] })
        }
        try transaction.enter(.ingest)
    }

    static let insertEvent = """
        INSERT INTO events (
            tenant_id, id, received_at, app, object, account_id, container, siblings, dedup, payload,
            deliveries, state, attempts, due_at, updated_at
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, 'received', 0, ?3, ?3)
        ON CONFLICT DO NOTHING
        """
}
