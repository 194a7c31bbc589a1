internal import Storage

/// Ids in the order in which they become visible.
///
/// A list in ascending order is paged by the last id that was seen: a smaller one that is committed later would be in no
/// page. So the ids of what such lists show are made within the write, by one after the other.
extension GlobalRows {
    /// Waits until nobody else is making a tenant or an API key; others wait until this transaction ends.
    func enterLists() throws {
        if hasOneWriter { return }
        _ = try transaction.locking(
            "SELECT 1 FROM tenants t WHERE t.id = ?1", [.id(TenantID.system.raw)], "FOR NO KEY UPDATE OF t")
    }

    /// An id that is greater than that of every tenant, whatever other processes' clocks say. After ``enterLists()``.
    /// - Parameter make: gives an id of that moment or later.
    func nextTenantID(now: Timestamp, make: (Timestamp) -> TenantID) throws -> TenantID {
        try next(try transaction.first("SELECT id FROM tenants ORDER BY id DESC LIMIT 1", []), now: now, make: make)
    }

    /// The same for API keys.
    func nextAPIKeyID(now: Timestamp, make: (Timestamp) -> APIKeyID) throws -> APIKeyID {
        try next(try transaction.first("SELECT id FROM api_keys ORDER BY id DESC LIMIT 1", []), now: now, make: make)
    }

    private func next<Entity>(
        _ greatest: SQLRow?, now: Timestamp, make: (Timestamp) -> TypedID<Entity>
    ) throws -> TypedID<Entity> {
        let id = make(now)
        guard var columns = greatest?.columns else { return id }
        let last = try columns.id()
        return id.raw > last ? id : make(Timestamp(milliseconds: last.createdAt + 1))
    }
}
