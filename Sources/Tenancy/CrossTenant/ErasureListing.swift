internal import Storage

/// Erasures of any tenants, deleted ones included. Needs the scope ``Scope/operators``.
extension GlobalRows {
    /// Newest first.
    /// - Parameter tenant: only this one's.
    func listedErasures(of tenant: TenantID?, before cursor: Identifier, limit: Int) throws -> [Erasure] {
        var values: [SQLValue] = [.id(cursor), .count(limit)]
        var condition = ""
        if let tenant {
            values.append(.id(tenant.raw))
            condition = " AND tenant_id = ?3"
        }
        return try transaction.query(
            """
            SELECT tenant_id, \(ErasureWork.columns) FROM erasures WHERE id < ?1\(condition) ORDER BY id DESC LIMIT ?2
            """, values
        ).map { try ErasureWork(row: $0).erasure }
    }

    func listedErasure(_ id: ErasureID) throws -> Erasure? {
        try transaction.first(
            "SELECT tenant_id, \(ErasureWork.columns) FROM erasures WHERE id = ?1", [.id(id.raw)]
        ).map { try ErasureWork(row: $0).erasure }
    }
}
