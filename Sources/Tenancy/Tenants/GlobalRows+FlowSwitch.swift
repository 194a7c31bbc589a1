/// A switch to another flow that has begun.
public struct FlowSwitch: Sendable {
    /// The tenant as it is stored now.
    public var tenant: Tenant
    /// The link that finishes the switch, with its token; `nil` where the tenant is connected through this flow already,
    /// and a switch that was under way is given up.
    public var made: (token: String, link: ConnectLink)?
}

extension GlobalRows {
    /// Begins a switch, make-before-break: the flow in use stays until somebody has connected through the new one. Choosing
    /// the flow in use gives a switch up.
    /// - Parameters:
    ///   - expectedRevision: the revision that the caller has read; `nil` changes the tenant in any case.
    ///   - author: who asks for it, for the audit log.
    ///   - makeLink: makes the link; it is stored and noted here.
    /// - Throws: ``TenantError``, ``StorageError``.
    public func beginSwitch(
        of id: TenantID, to flow: Flow, expectedRevision: Int64? = nil, by author: AuditAuthor,
        now: Timestamp,
        makeLink: (Tenant) -> (token: String, link: ConnectLink)
    ) throws -> FlowSwitch {
        let tenant = try updateTenant(id, expectedRevision: expectedRevision, now: now) { tenant in
            tenant.pendingFlow = flow == tenant.flow ? nil : flow
        }
        var note = AuditNote(.tenantFlow, detail: ["flow": .word(flow.rawValue)])
        var made: (token: String, link: ConnectLink)?
        if tenant.pendingFlow != nil {
            let new = makeLink(tenant)
            try insertConnectLink(new.link)
            note.detail["connect_link"] = .word(new.link.handle)
            made = new
        }
        try audit(note, of: id, by: author, now: now)
        return FlowSwitch(tenant: tenant, made: made)
    }
}
