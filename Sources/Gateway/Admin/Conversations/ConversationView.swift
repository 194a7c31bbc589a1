internal import Tenancy

/// A conversation as the API shows it.
struct ConversationView: Encodable, Sendable {
    struct PatientView: Encodable, Sendable {
        var id: String
        var username: String?

        private enum CodingKeys: String, CodingKey { case id, username }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(username, forKey: .username)
        }
    }

    var id: String
    var channel: String
    var patient: PatientView
    var automation: String
    /// When a pause ends by itself.
    var pausedUntil: String?
    var lastMessageAt: String?

    /// - Parameter now: a pause that has ended is none.
    init(_ listed: ListedConversation, now: Timestamp) {
        let conversation = listed.conversation
        id = conversation.id.description
        channel = conversation.channel.rawValue
        patient = PatientView(id: listed.patient.id.description, username: listed.patient.username)
        let answers = conversation.answers(at: now)
        automation = (answers ? Tenant.Automation.on : .paused).rawValue
        pausedUntil = answers ? nil : conversation.pausedUntil?.rfc3339
        lastMessageAt = conversation.lastMessageAt?.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case id, channel, patient, automation
        case pausedUntil = "paused_until"
        case lastMessageAt = "last_message_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(channel, forKey: .channel)
        try container.encode(patient, forKey: .patient)
        try container.encode(automation, forKey: .automation)
        try container.encode(pausedUntil, forKey: .pausedUntil)
        try container.encode(lastMessageAt, forKey: .lastMessageAt)
    }
}
