public import Storage

extension GlobalRows {
    /// Entries of any tenants' audit logs, newest first. Needs the scope ``Scope/operators``.
    func listedAuditEntries(_ filter: AuditFilter, before cursor: Identifier, limit: Int) throws -> [AuditEntry] {
        var values: [SQLValue] = [.id(cursor), .count(limit)]
        let condition = filter.condition(&values)
        return try transaction.query(
            "SELECT \(AuditEntry.columns) FROM audit_log WHERE id < ?1\(condition) ORDER BY id DESC LIMIT ?2", values
        ).map(AuditEntry.init(row:))
    }
}

extension TenancyStore {
    /// Entries across tenants, newest first.
    /// - Parameters:
    ///   - filter: narrow it to one tenant for whoever may see only that one.
    ///   - cursor: the last id of the page before.
    public func auditEntries(
        _ filter: AuditFilter, before cursor: Identifier? = nil, limit: Int
    ) async throws -> ListPage<AuditEntry> {
        let found = try await readGlobal(.operators) { rows in
            try rows.listedAuditEntries(filter, before: cursor ?? .greatest, limit: limit + 1)
        }
        return ListPage(found: found, limit: limit) { $0.id.raw }
    }
}
