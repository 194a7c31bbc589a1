internal import Storage

extension GlobalRows {
    /// Appends events of any tenants. An exact redelivery adds no row, only a count. Whatever the scope was, the rest of
    /// the transaction has the scope ``Scope/ingest``.
    ///
    /// The conflict clause is bare: a conflict target would need the right to read, which the receiving side lacks. For
    /// the same reason a redelivery is counted as the tenant whose event it is.
    /// - Returns: how many were new.
    @discardableResult
    public func append(_ events: [NewEvent]) throws -> Int {
        try transaction.enter(.ingest)
        let inserted = try transaction.executeBatch(Self.insertEvent, events.map(\.values))
        if inserted < events.count { try countRedeliveries(events) }
        return inserted
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
