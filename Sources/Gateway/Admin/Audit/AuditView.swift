internal import Cryptography
internal import Tenancy

/// An entry of the audit log as the API shows it.
struct AuditView: Encodable, Sendable {
    private let entry: AuditEntry
    private let detail: [String: AuditValue]

    /// - Throws: ``StorageError`` for a detail that cannot be read.
    init(_ entry: AuditEntry) throws {
        self.entry = entry
        detail = try entry.details()
    }

    private enum CodingKeys: String, CodingKey {
        case id, sequence, at, actor, action, target, detail, previous, hash
        case tenantID = "tenant_id"
        case actorID = "actor_id"
        case targetID = "target_id"
        case requestID = "request_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(entry.id.description, forKey: .id)
        // What concerns no single tenant stands in the system tenant's log, which is no tenant to anybody outside.
        try container.encode(entry.tenantID == .system ? nil : entry.tenantID.description, forKey: .tenantID)
        try container.encode(entry.sequence, forKey: .sequence)
        try container.encode(entry.at.rfc3339, forKey: .at)
        try container.encode(entry.actor, forKey: .actor)
        try container.encode(entry.actorID, forKey: .actorID)
        try container.encode(entry.action, forKey: .action)
        try container.encode(entry.target, forKey: .target)
        try container.encode(entry.targetID, forKey: .targetID)
        try container.encode(detail, forKey: .detail)
        try container.encode(entry.requestID, forKey: .requestID)
        try container.encode(Hex.encode(entry.previous), forKey: .previous)
        try container.encode(Hex.encode(entry.hash), forKey: .hash)
    }
}
