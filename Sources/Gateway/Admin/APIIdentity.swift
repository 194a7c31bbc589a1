public import Tenancy

/// Whose key a request of the admin API came with, and what it may do.
public struct APIIdentity: Sendable, Hashable {
    /// `nil` for the bootstrap key of the configuration.
    public var keyID: APIKeyID?
    /// What the key may do.
    public var scope: APIKey.Scope

    /// - Parameters:
    ///   - keyID: `nil` for the bootstrap key.
    ///   - scope: what it may do.
    public init(keyID: APIKeyID?, scope: APIKey.Scope) {
        self.keyID = keyID
        self.scope = scope
    }

    /// The only tenant that the key sees; `nil` where it sees all.
    public var onlyTenant: TenantID? {
        if case .tenant(let tenant) = scope { tenant } else { nil }
    }

    /// Whether it may change what belongs to a tenant it sees.
    public var mayChange: Bool { scope != .read }

    /// As the audit log calls it.
    public var actor: AuditActor { keyID.map(AuditActor.apiKey) ?? .bootstrapKey }

    /// Whether it sees this tenant.
    public func sees(_ tenant: TenantID) -> Bool { onlyTenant.map { $0 == tenant } ?? (tenant != .system) }
}
