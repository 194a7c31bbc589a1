/// A key of the admin API. The secret itself is stored nowhere.
public struct APIKey: Sendable, Hashable {
    /// What the key may do.
    public enum Scope: Sendable, Hashable {
        /// Everything.
        case admin
        /// Every reading route.
        case read
        /// Everything of one tenant.
        case tenant(TenantID)
    }

    public var id: APIKeyID
    public var name: String
    /// The first characters, to tell keys apart.
    public var prefix: String
    public var scope: Scope
    public var createdAt: Timestamp
    public var lastUsedAt: Timestamp?
    public var expiresAt: Timestamp?
    public var revokedAt: Timestamp?

    /// Memberwise.
    public init(
        id: APIKeyID, name: String, prefix: String, scope: Scope, createdAt: Timestamp, lastUsedAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.prefix = prefix
        self.scope = scope
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }
}
