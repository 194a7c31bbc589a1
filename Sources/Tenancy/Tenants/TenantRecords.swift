internal import Storage

extension GlobalRows {
    /// One tenant; also the system tenant. One that was deleted is not there.
    public func tenant(_ id: TenantID) throws -> Tenant? {
        try transaction.first(
            "SELECT \(Self.tenantColumns) FROM tenants WHERE id = ?1 AND deleted_at IS NULL", [.id(id.raw)]
        )
        .map(Tenant.init(row:))
    }

    /// Tenants in the order of their creation, without the system tenant.
    /// - Parameters:
    ///   - cursor: the last one of the page before.
    ///   - limit: at most this many.
    public func tenants(after cursor: TenantID? = nil, limit: Int) throws -> [Tenant] {
        // The nil UUID is smaller than every UUIDv7, so the first page needs no statement of its own.
        let start = cursor?.raw ?? Identifier(high: 0, low: 0)
        return try transaction.query(
            """
            SELECT \(Self.tenantColumns) FROM tenants
            WHERE id > ?1 AND id <> ?2 AND deleted_at IS NULL ORDER BY id LIMIT ?3
            """,
            [.id(start), .id(TenantID.system.raw), .count(limit)]
        ).map(Tenant.init(row:))
    }

    /// Tenants whose names begin so, as they are written: capital letters count. In the order of the names' bytes.
    /// - Parameters:
    ///   - beginning: not empty.
    ///   - cursor: the last one of the page before.
    ///   - limit: at most this many.
    ///   - dialect: PostgreSQL has to be told not to compare as a language does.
    func tenants(
        named beginning: String, after cursor: TenantID?, limit: Int, dialect: Dialect
    ) throws -> [Tenant] {
        let name = dialect == .postgres ? #"name COLLATE "C""# : "name"
        let last = try cursor.flatMap { try tenant($0) }
        return try transaction.query(
            """
            SELECT \(Self.tenantColumns) FROM tenants
            WHERE (\(name), id) > (?1, ?2) AND \(name) < ?3 AND id <> ?4 ORDER BY \(name), id LIMIT ?5
            """,
            [
                .text(last?.name ?? beginning), .id(last?.id.raw ?? .least),
                // The greatest character there is: behind every name that begins so.
                .text(beginning + "\u{10FFFF}"), .id(TenantID.system.raw), .count(limit),
            ]
        ).map(Tenant.init(row:))
    }

    /// What some tenants are called.
    /// - Parameter tenants: ``statesLimit`` at most; whoever is beyond has none.
    public func names(of tenants: [TenantID]) throws -> [TenantID: String] {
        guard let last = tenants.last else { return [:] }
        let values = (0..<Self.statesLimit).map { SQLValue.id(($0 < tenants.count ? tenants[$0] : last).raw) }
        return try transaction.query(
            """
            SELECT id, name FROM tenants
            WHERE id IN (\((1...Self.statesLimit).map { "?\($0)" }.joined(separator: ", "))) AND deleted_at IS NULL
            """, values
        ).reduce(into: [:]) { names, row in
            var columns = row.columns
            names[TenantID(try columns.id())] = try columns.text()
        }
    }

    /// Changes a tenant and counts its revision up.
    /// - Parameters:
    ///   - id: which.
    ///   - expectedRevision: the revision that the caller has read (`If-Match`); `nil` changes it in any case.
    ///   - now: becomes ``Tenant/updatedAt``.
    ///   - change: changes the tenant; its id, revision and times are kept.
    /// - Returns: the tenant as it is stored now.
    /// - Throws: ``TenantError``, ``StorageError``, or what `change` throws.
    @discardableResult
    public func updateTenant(
        _ id: TenantID, expectedRevision: Int64? = nil, now: Timestamp, change: (inout Tenant) throws -> Void
    ) throws -> Tenant {
        // Two that change it at the same time follow each other.
        _ = try transaction.locking(
            "SELECT 1 FROM tenants t WHERE t.id = ?1 AND t.deleted_at IS NULL", [.id(id.raw)], "FOR NO KEY UPDATE OF t")
        guard let old = try tenant(id) else { throw TenantError.notFound }
        if let expectedRevision, expectedRevision != old.revision { throw TenantError.changed(revision: old.revision) }
        var new = old
        try change(&new)
        new.id = old.id
        new.createdAt = old.createdAt
        new.revision = old.revision + 1
        new.updatedAt = now
        let changed = try transaction.execute(
            """
            UPDATE tenants SET name = ?2, flow = ?3, pending_flow = ?4, timezone = ?5, locale = ?6, return_url = ?7,
                automation = ?8, reply_rules = ?9, revision = ?10, updated_at = ?11
            WHERE id = ?1 AND revision = ?12
            """,
            [
                .id(id.raw), .text(new.name), .text(new.flow.rawValue), .text(new.pendingFlow?.rawValue),
                .text(new.timezone), .text(new.locale), .text(new.returnURL), .text(new.automation.rawValue),
                .text(try JSONColumn.encode(new.replyRules)), .integer(new.revision), .integer(now.milliseconds),
                .integer(old.revision),
            ])
        guard changed == 1 else { throw TenantError.changed(revision: new.revision) }
        return new
    }

    /// Ends a switch: the tenant is connected through this flow now.
    @discardableResult
    public func setFlow(_ flow: Flow, of id: TenantID, now: Timestamp) throws -> Tenant {
        try updateTenant(id, now: now) { tenant in
            tenant.flow = flow
            tenant.pendingFlow = nil
        }
    }

    /// Replaces a tenant's rules. They must have been validated (``ReplyRulesValidation``).
    @discardableResult
    public func setReplyRules(
        _ rules: ReplyRules, of id: TenantID, expectedRevision: Int64? = nil, now: Timestamp
    ) throws -> Tenant {
        try updateTenant(id, expectedRevision: expectedRevision, now: now) { $0.replyRules = rules }
    }

    /// - Parameter key: the tenant's own key as it was wrapped.
    /// - Returns: whether it was added; `false` where a tenant of this id exists.
    func insertTenant(_ tenant: Tenant, key: (id: String, wrapped: [UInt8])) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO tenants (\(Self.tenantColumns), key_id, wrapped_key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING
            """,
            [
                .id(tenant.id.raw), .text(tenant.name), .text(tenant.flow.rawValue),
                .text(tenant.pendingFlow?.rawValue), .text(tenant.timezone), .text(tenant.locale),
                .text(tenant.returnURL), .text(tenant.automation.rawValue),
                .text(try JSONColumn.encode(tenant.replyRules)), .integer(tenant.revision),
                .integer(tenant.createdAt.milliseconds), .integer(tenant.updatedAt.milliseconds), .text(key.id),
                .blob(key.wrapped),
            ]) == 1
    }

    private static let tenantColumns = """
        id, name, flow, pending_flow, timezone, locale, return_url, automation, reply_rules, revision, created_at, \
        updated_at
        """
}

extension Tenant {
    fileprivate init(row: SQLRow) throws {
        var columns = row.columns
        self.init(
            id: TenantID(try columns.id()), name: try columns.text(), flow: Flow(rawValue: try columns.text()),
            pendingFlow: try columns.optionalText().map(Flow.init(rawValue:)), timezone: try columns.text(),
            locale: try columns.text(), returnURL: try columns.optionalText(),
            automation: try columns.word(), replyRules: try JSONColumn.decode(try columns.text()),
            revision: try columns.integer(), createdAt: try columns.time(), updatedAt: try columns.time())
    }
}
