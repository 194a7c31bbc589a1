public import Tenancy

/// Who asks the admin API, and what they may do.
public struct APIIdentity: Sendable, Hashable {
    /// Who it is.
    public let caller: APICaller
    /// What they see.
    public let scope: APIKey.Scope
    /// Whether they may change what belongs to a tenant they see.
    public let mayChange: Bool

    /// Whoever has a key.
    /// - Parameters:
    ///   - keyID: `nil` for the bootstrap key.
    ///   - scope: what it may do.
    public init(keyID: APIKeyID?, scope: APIKey.Scope) {
        caller = keyID.map(APICaller.apiKey) ?? .bootstrapKey
        self.scope = scope
        mayChange = scope != .read
    }

    /// Whoever has a token, which is for one tenant.
    /// - Parameters:
    ///   - subject: whom it was issued to.
    ///   - issuer: by whom.
    ///   - mayChange: whether it is for more than reading.
    public init(tokenOf subject: String, issuer: String, tenant: TenantID, mayChange: Bool) {
        caller = .token(issuer: issuer, subject: subject)
        scope = .tenant(tenant)
        self.mayChange = mayChange
    }

    /// `nil` for the bootstrap key and for a token.
    public var keyID: APIKeyID? {
        if case .apiKey(let id) = caller { id } else { nil }
    }

    /// The only tenant that they see; `nil` where they see all.
    public var onlyTenant: TenantID? {
        if case .tenant(let tenant) = scope { tenant } else { nil }
    }

    /// As the audit log calls them.
    public var actor: AuditActor { caller.actor }

    /// Whose `Idempotency-Key` it is. One person's tokens may be for several tenants: what was answered for one must not
    /// be repeated for another.
    var idempotencyOwner: String {
        switch caller {
        case .bootstrapKey: "bootstrap"
        case .apiKey(let id): id.description
        // An issuer holds no space, a tenant's id neither.
        case .token(let issuer, let subject): "\(onlyTenant?.description ?? "") \(issuer) \(subject)"
        }
    }

    /// Whether they see this tenant.
    public func sees(_ tenant: TenantID) -> Bool { onlyTenant.map { $0 == tenant } ?? (tenant != .system) }
}
