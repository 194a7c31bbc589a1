internal import Storage

extension GlobalRows {
    /// Counts the changes of all switches, whichever process makes them.
    public func switchesRevision() throws -> Int64 {
        let found = try transaction.first("SELECT revision FROM revisions WHERE name = 'switches'", [])
        guard var columns = found?.columns else { throw StorageError(.schema, "no revision of the switches") }
        return try columns.integer()
    }

    /// Every tenant's switches that were ever set; the whole service's under the system tenant.
    public func switches() throws -> [TenantID: Switches] {
        try transaction.query("SELECT tenant_id, sending, connecting, processing FROM switches", [])
            .reduce(into: [:]) { all, row in
                var columns = row.columns
                all[TenantID(try columns.id())] = try Switches(&columns)
            }
    }

    /// One tenant's switches, and how often they were set.
    public func switches(of tenant: TenantID) throws -> (switches: Switches, revision: Int64) {
        let found = try transaction.first(
            "SELECT sending, connecting, processing, revision FROM switches WHERE tenant_id = ?1", [.id(tenant.raw)])
        guard var columns = found?.columns else { return (Switches(), 0) }
        return (try Switches(&columns), try columns.integer())
    }
}

extension TenancyStore {
    /// Sets a tenant's switches, or with the system tenant the whole service's, and notes it in the audit log.
    /// - Parameters:
    ///   - expectedRevision: the revision that the caller has read (`If-Match`); `nil` sets them in any case.
    ///   - author: who sets them.
    /// - Returns: the new revision.
    /// - Throws: ``KeyError/noTenant``; ``TenantError/changed(revision:)``; ``StorageError``.
    @discardableResult
    public func setSwitches(
        _ switches: Switches, of tenant: TenantID, expectedRevision: Int64? = nil, by author: AuditAuthor,
        now: Timestamp
    ) async throws -> Int64 {
        try await writeGlobal { rows in
            // Two that set them at the same time follow each other.
            let held = try rows.transaction.locking(
                "SELECT 1 FROM tenants t WHERE t.id = ?1 AND t.deleted_at IS NULL", [.id(tenant.raw)],
                "FOR NO KEY UPDATE OF t")
            guard !held.isEmpty else { throw KeyError.noTenant }
            let revision = try rows.switches(of: tenant).revision
            if let expectedRevision, expectedRevision != revision { throw TenantError.changed(revision: revision) }
            try rows.store(switches, of: tenant, revision: revision + 1, now: now)
            try rows.audit(
                AuditNote(.switchesChange, detail: ["off": .words(switches.off)]), of: tenant, by: author, now: now)
            return revision + 1
        }
    }
}

extension GlobalRows {
    fileprivate func store(_ switches: Switches, of tenant: TenantID, revision: Int64, now: Timestamp) throws {
        let values: [SQLValue] = [
            .id(tenant.raw), .flag(switches.sending), .flag(switches.connecting), .flag(switches.processing),
            .integer(revision), .time(now),
        ]
        let changed = try transaction.execute(
            """
            UPDATE switches SET sending = ?2, connecting = ?3, processing = ?4, revision = ?5, updated_at = ?6
            WHERE tenant_id = ?1
            """, values)
        if changed == 0 {
            try transaction.execute(
                """
                INSERT INTO switches (tenant_id, sending, connecting, processing, revision, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """, values)
        }
        try transaction.execute("UPDATE revisions SET revision = revision + 1 WHERE name = 'switches'", [])
    }
}

extension Switches {
    fileprivate init(_ columns: inout SQLRow.Columns) throws {
        self.init(
            sending: try columns.flag(), connecting: try columns.flag(), processing: try columns.flag())
    }
}
