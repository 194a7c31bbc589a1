internal import Foundation
internal import Tenancy

/// An event as the API shows it.
struct EventView: Encodable, Sendable {
    var event: Event

    init(_ event: Event) {
        self.event = event
    }

    /// What was there and what was not, without any content.
    struct Structure: Codable, Sendable, Hashable {
        var hasSender: Bool?
        var hasRecipient: Bool?
        var hasMessage: Bool?
        var hasMessageEdit: Bool?
        var firstChangeField: String?
        var changesLength: Int?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(hasSender, forKey: .hasSender)
            try container.encode(hasRecipient, forKey: .hasRecipient)
            try container.encode(hasMessage, forKey: .hasMessage)
            try container.encode(hasMessageEdit, forKey: .hasMessageEdit)
            try container.encode(firstChangeField, forKey: .firstChangeField)
            try container.encode(changesLength, forKey: .changesLength)
        }
    }

    private struct Evidence: Encodable {
        var strategy: String
        var igsid: String?

        enum CodingKeys: String, CodingKey { case strategy, igsid }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(strategy, forKey: .strategy)
            try container.encode(igsid, forKey: .igsid)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, app, object, kind, mid, state, reason, attempts, deliveries, evidence
        case receivedAt = "received_at"
        case instagramPageID = "instagram_page_id"
        case tenantID = "tenant_id"
        case payloadStructure = "payload_structure"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(event.id.description, forKey: .id)
        try container.encode(event.receivedAt.rfc3339, forKey: .receivedAt)
        try container.encode(event.app, forKey: .app)
        try container.encode(event.object, forKey: .object)
        try container.encode(event.accountID.isEmpty ? nil : event.accountID, forKey: .instagramPageID)
        // Events that route to nobody belong to the system tenant, which is no tenant to anybody outside.
        try container.encode(event.tenantID == .system ? nil : event.tenantID.description, forKey: .tenantID)
        try container.encode(event.kind, forKey: .kind)
        try container.encode(event.mid, forKey: .mid)
        try container.encode(event.state.rawValue, forKey: .state)
        try container.encode(event.reason?.rawValue, forKey: .reason)
        try container.encode(event.attempts, forKey: .attempts)
        try container.encode(event.deliveries, forKey: .deliveries)
        let evidence = event.strategy.map { Evidence(strategy: $0, igsid: event.igsid) }
        try container.encode(evidence, forKey: .evidence)
        let structure = event.structure.flatMap { try? JSONDecoder().decode(Structure.self, from: Data($0.utf8)) }
        try container.encode(structure, forKey: .payloadStructure)
    }
}
