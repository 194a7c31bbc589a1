internal import Storage

extension GlobalRows {
    /// Tenants with events that were parked because processing was off. Needs the scope ``Scope/shardLoad``.
    public func tenantsWithPausedEvents() throws -> [TenantID] {
        try transaction.query(
            "SELECT DISTINCT tenant_id FROM events WHERE state = 'parked' AND reason = 'processing_paused'", []
        ).map { row in
            var columns = row.columns
            return TenantID(try columns.id())
        }
    }
}
