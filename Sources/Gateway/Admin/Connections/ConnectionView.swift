internal import Tenancy

/// A connection as the API shows it; never a token.
struct ConnectionView: Encodable, Sendable {
    var connection: Connection
    var health: ConnectionHealth

    private enum CodingKeys: String, CodingKey {
        case id, flow, state, username, aliases, scopes, health
        case tenantID = "tenant_id"
        case stateReason = "state_reason"
        case instagramPageID = "instagram_page_id"
        case facebookPageID = "facebook_page_id"
        case tokenExpiresAt = "token_expires_at"
        case subscribedFields = "subscribed_fields"
        case lastWebhookAt = "last_webhook_at"
        case lastSentAt = "last_sent_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(connection.id.description, forKey: .id)
        try container.encode(connection.tenantID.description, forKey: .tenantID)
        try container.encode(connection.flow.rawValue, forKey: .flow)
        try container.encode(connection.state.rawValue, forKey: .state)
        try container.encode(connection.reason?.rawValue, forKey: .stateReason)
        try container.encode(connection.instagramPageID, forKey: .instagramPageID)
        try container.encode(connection.username, forKey: .username)
        try container.encode(connection.facebookPageID, forKey: .facebookPageID)
        try container.encode(connection.aliases, forKey: .aliases)
        try container.encode(connection.scopes, forKey: .scopes)
        try container.encode(connection.tokenExpiresAt?.rfc3339, forKey: .tokenExpiresAt)
        try container.encode(connection.subscribedFields, forKey: .subscribedFields)
        try container.encode(connection.lastWebhookAt?.rfc3339, forKey: .lastWebhookAt)
        try container.encode(connection.lastSentAt?.rfc3339, forKey: .lastSentAt)
        try container.encode(health, forKey: .health)
    }
}
