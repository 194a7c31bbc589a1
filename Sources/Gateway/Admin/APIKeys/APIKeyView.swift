internal import Tenancy

/// An API key as the API shows it; its text only in the answer that made it.
struct APIKeyView: Encodable, Sendable {
    var key: APIKey
    /// The key itself, shown once.
    var text: String?

    init(_ key: APIKey, text: String? = nil) {
        self.key = key
        self.text = text
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, prefix, scope, key
        case tenantID = "tenant_id"
        case createdAt = "created_at"
        case lastUsedAt = "last_used_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key.id.description, forKey: .id)
        try container.encode(key.name, forKey: .name)
        try container.encode(key.prefix, forKey: .prefix)
        let (scope, tenant): (String, TenantID?) =
            switch key.scope {
            case .admin: ("admin", nil)
            case .read: ("read", nil)
            case .tenant(let tenant): ("tenant", tenant)
            }
        try container.encode(scope, forKey: .scope)
        try container.encode(tenant?.description, forKey: .tenantID)
        try container.encode(key.createdAt.rfc3339, forKey: .createdAt)
        try container.encode(key.lastUsedAt?.rfc3339, forKey: .lastUsedAt)
        try container.encode(key.expiresAt?.rfc3339, forKey: .expiresAt)
        try container.encode(key.revokedAt?.rfc3339, forKey: .revokedAt)
        try container.encodeIfPresent(text, forKey: .key)
    }
}
