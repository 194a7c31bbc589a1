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

    /// An event that is being worked on is passed by and not counted: whoever holds it may stand still, and everybody's
    /// webhooks would wait for that one row.
    private func countRedeliveries(_ events: [NewEvent]) throws {
        // In one order everywhere, so that two transactions seldom wait for each other.
        for (tenant, events) in Dictionary(grouping: events, by: \.tenantID).sorted(by: { $0.key < $1.key }) {
            try transaction.enter(.tenant(tenant.raw))
            var free: [[UInt8]: Identifier] = [:]
            for start in stride(from: 0, to: events.count, by: Self.keysPerLook) {
                let keys = events[start...].prefix(Self.keysPerLook).map { SQLValue.blob($0.dedup) }
                // Always as many values, so that there is one plan.
                let rest = Array(repeating: keys[0], count: Self.keysPerLook - keys.count)
                let values = [.id(tenant.raw)] + keys + rest
                for row in try transaction.locking(Self.findFree, values, "FOR NO KEY UPDATE SKIP LOCKED") {
                    var columns = row.columns
                    let id = try columns.id()
                    free[try columns.blob()] = id
                }
            }
            let redelivered = events.compactMap { event in free[event.dedup].flatMap { $0 == event.id.raw ? nil : $0 } }
            try transaction.executeBatch(
                "UPDATE events SET deliveries = deliveries + 1 WHERE tenant_id = ?1 AND id = ?2",
                redelivered.map { [.id(tenant.raw), .id($0)] })
        }
        try transaction.enter(.ingest)
    }

    private static let keysPerLook = 16
    private static let findFree = """
        SELECT id, dedup FROM events
        WHERE tenant_id = ?1 AND dedup IN (\((2...keysPerLook + 1).map { "?\($0)" }.joined(separator: ", ")))
        """

    static let insertEvent = """
        INSERT INTO events (
            tenant_id, id, received_at, app, object, account_id, container, siblings, dedup, payload,
            deliveries, state, attempts, due_at, updated_at
        ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, 'received', 0, ?3, ?3)
        ON CONFLICT DO NOTHING
        """
}
