internal import Tenancy

/// A tenant as the API shows it.
struct TenantView: Encodable, Sendable {
    var id: String
    var name: String
    var flow: String
    var pendingFlow: String?
    var timezone: String
    var locale: String
    var returnURL: String?
    var automation: String
    var createdAt: String
    var updatedAt: String

    init(_ tenant: Tenant) {
        id = tenant.id.description
        name = tenant.name
        flow = tenant.flow.rawValue
        pendingFlow = tenant.pendingFlow?.rawValue
        timezone = tenant.timezone
        locale = tenant.locale
        returnURL = tenant.returnURL
        automation = tenant.automation.rawValue
        createdAt = tenant.createdAt.rfc3339
        updatedAt = tenant.updatedAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, flow, timezone, locale, automation
        case pendingFlow = "pending_flow"
        case returnURL = "return_url"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Every member is there, also where it is `null`.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(flow, forKey: .flow)
        try container.encode(pendingFlow, forKey: .pendingFlow)
        try container.encode(timezone, forKey: .timezone)
        try container.encode(locale, forKey: .locale)
        try container.encode(returnURL, forKey: .returnURL)
        try container.encode(automation, forKey: .automation)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}

/// What makes a tenant.
struct TenantCreation: Decodable, Sendable {
    var name: String
    var flow: String
    var timezone: String?
    var locale: String?
    var returnURL: String?

    private enum CodingKeys: String, CodingKey {
        case name, flow, timezone, locale
        case returnURL = "return_url"
    }
}

/// What may be changed in a tenant; what is missing stays.
struct TenantChange: Decodable, Sendable {
    var name: String?
    var timezone: String?
    var locale: String?
    var automation: String?

    /// For the audit log: which fields, and of their values only the one that is no free text.
    var note: AuditNote {
        let fields = [("name", name), ("timezone", timezone), ("locale", locale), ("automation", automation)]
        var detail: [String: AuditValue] = ["fields": .words(fields.filter { $0.1 != nil }.map(\.0))]
        if let automation { detail["automation"] = .word(automation) }
        return AuditNote(.tenantChange, detail: detail)
    }
}
