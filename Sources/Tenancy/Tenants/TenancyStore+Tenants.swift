internal import Storage

extension TenancyStore {
    /// A new tenant with a fresh key and the default receipt.
    /// - Parameters:
    ///   - name: of the practice; patients see it.
    ///   - flow: how it will be connected.
    ///   - timezone: IANA name.
    ///   - locale: BCP 47; chooses the language of the receipt.
    ///   - returnURL: where the doctor's browser goes after connecting; validated by the caller.
    ///   - author: who makes it, for its audit log.
    ///   - claim: of the request that asks for it: one that made its tenant before is given that one.
    /// - Throws: ``StorageError``, ``CryptographyError``; ``TenantError/notFound`` where the tenant that the claim made is
    ///   gone.
    public func createTenant(
        name: String, flow: Flow, timezone: String = "UTC", locale: String = "en", returnURL: String? = nil,
        by author: AuditAuthor = .service, now: Timestamp, claim: RequestClaim? = nil
    ) async throws -> Tenant {
        let keys = try await keys(of: claim)
        return try await writeGlobal { rows in
            try rows.enterLists()
            let made = try rows.once(claim, keys: keys) {
                let id = try rows.nextTenantID(now: now) { self.makeID(now: $0) }
                let tenant = Tenant(
                    id: id, name: name, flow: flow, timezone: timezone, locale: locale, returnURL: returnURL,
                    replyRules: .receipt(locale: locale), createdAt: now, updatedAt: now)
                _ = try rows.insertTenant(tenant, key: try self.makeWrappedKey(for: id))
                return id.raw
            }
            guard let made, let tenant = try rows.tenant(TenantID(made.id)) else { throw TenantError.notFound }
            if made.isNew {
                let note = AuditNote(.tenantCreate, detail: ["flow": .word(flow.rawValue)])
                try rows.audit(note, of: tenant.id, by: author, now: now)
            }
            return tenant
        }
    }

    /// Adds the system tenant where it is missing. Must run once after migration, before the first webhook.
    public func bootstrap(now: Timestamp) async throws {
        guard try await tenant(.system) == nil else { return }
        let system = Tenant(
            id: .system, name: "system", flow: Flow(rawValue: "none"), timezone: "UTC", locale: "en",
            automation: .paused, replyRules: ReplyRules(rules: []), createdAt: now, updatedAt: now)
        let key = try makeWrappedKey(for: .system)
        // Two services may start at once on one database: the first one's key counts.
        try await writeGlobal { rows in
            _ = try rows.insertTenant(system, key: key)
        }
    }

    /// One tenant; also the system tenant.
    public func tenant(_ id: TenantID) async throws -> Tenant? {
        try await readGlobal { try $0.tenant(id) }
    }

    /// Tenants in the order of their creation, without the system tenant.
    public func tenants(after cursor: TenantID? = nil, limit: Int) async throws -> [Tenant] {
        try await readGlobal { try $0.tenants(after: cursor, limit: limit) }
    }

    /// Changes a tenant (``GlobalRows/updateTenant(_:expectedRevision:now:change:)``) and notes it in its audit log.
    /// - Parameters:
    ///   - note: what the change is.
    ///   - author: who changes it.
    @discardableResult
    public func updateTenant(
        _ id: TenantID, expectedRevision: Int64? = nil, noting note: AuditNote, by author: AuditAuthor, now: Timestamp,
        change: @escaping @Sendable (inout Tenant) throws -> Void
    ) async throws -> Tenant {
        try await writeGlobal { rows in
            let tenant = try rows.updateTenant(id, expectedRevision: expectedRevision, now: now, change: change)
            try rows.audit(note, of: id, by: author, now: now)
            return tenant
        }
    }
}

extension TenancyStore {
    /// Tenants whose names begin so, as they are written: capital letters count. In the order of the names' bytes.
    /// - Parameters:
    ///   - beginning: not empty.
    ///   - cursor: the last one of the page before.
    public func tenants(named beginning: String, after cursor: TenantID? = nil, limit: Int) async throws -> [Tenant] {
        let dialect = engine.dialect
        return try await readGlobal {
            try $0.tenants(named: beginning, after: cursor, limit: limit, dialect: dialect)
        }
    }
}
