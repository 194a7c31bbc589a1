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

        /// The kind of scope.
        var word: String {
            switch self {
            case .admin: "admin"
            case .read: "read"
            case .tenant: "tenant"
            }
        }

        /// The one tenant.
        var tenant: TenantID? { if case .tenant(let tenant) = self { tenant } else { nil } }
    }

    /// Names it in the API, for revoking.
    public var id: APIKeyID
    /// What people call it.
    public var name: String
    /// The first characters, to tell keys apart.
    public var prefix: String
    /// What it may do.
    public var scope: Scope
    /// When it was made.
    public var createdAt: Timestamp
    /// When it was last used, to the minute; `nil` for never.
    public var lastUsedAt: Timestamp?
    /// From then on it is refused; `nil` where it does not end.
    public var expiresAt: Timestamp?
    /// When it was withdrawn; `nil` while it is valid.
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
