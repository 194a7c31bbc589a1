public import Storage

extension GlobalRows {
    /// A page of entries of any tenants' audit logs, newest first. Needs the scope ``Scope/operators``.
    func listedAuditEntries(
        _ filter: AuditFilter, before cursor: Identifier?, limit: Int
    ) throws -> ListPage<AuditEntry> {
        var window = ListWindow(before: cursor, after: filter.after, before: filter.before)
        let end = filter.isIndexed ? nil : try auditFloor(filter.indexed, window)
        if let end { window.least = end }
        var values: [SQLValue] = [.id(window.below), .id(window.least), .count(limit + 1)]
        let condition = filter.condition(&values)
        let found = try transaction.query(
            """
            SELECT \(AuditEntry.columns) FROM audit_log
            WHERE id < ?1 AND id >= ?2\(condition) ORDER BY id DESC LIMIT ?3
            """, values
        ).map(AuditEntry.init(row:))
        return ListPage(found: [found], floors: [end].compactMap(\.self), limit: limit) { $0.id.raw }
    }

    /// The last id of a window of ``ListWindow/size`` entries; `nil` where it reaches the end.
    private func auditFloor(_ filter: AuditFilter, _ window: ListWindow) throws -> Identifier? {
        var values: [SQLValue] = [.id(window.below), .id(window.least), .count(ListWindow.size - 1)]
        let condition = filter.condition(&values)
        return try transaction.first(
            "SELECT id FROM audit_log WHERE id < ?1 AND id >= ?2\(condition) ORDER BY id DESC LIMIT 1 OFFSET ?3", values
        ).map { row in
            var columns = row.columns
            return try columns.id()
        }
    }
}

extension TenancyStore {
    /// Entries across tenants, newest first.
    ///
    /// A page may hold fewer than `limit` and still have a next one: where few entries fit, it ends after a bounded number
    /// of those that do not.
    /// - Parameters:
    ///   - filter: narrow it to one tenant for whoever may see only that one.
    ///   - cursor: the last id of the page before.
    public func auditEntries(
        _ filter: AuditFilter, before cursor: Identifier? = nil, limit: Int
    ) async throws -> ListPage<AuditEntry> {
        try await readGlobal(.operators) { try $0.listedAuditEntries(filter, before: cursor, limit: limit) }
    }
}
