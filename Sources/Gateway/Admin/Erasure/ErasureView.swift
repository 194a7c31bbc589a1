internal import Tenancy

/// A receipt as the API shows it. It names no patient.
struct ErasureView: Encodable, Sendable {
    private let erasure: Erasure

    init(_ erasure: Erasure) {
        self.erasure = erasure
    }

    private enum CodingKeys: String, CodingKey {
        case id, kind, state, counts
        case tenantID = "tenant_id"
        case requestedAt = "requested_at"
        case erasedAt = "erased_at"
        case backupsUntil = "backups_until"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(erasure.id.description, forKey: .id)
        try container.encode(erasure.tenantID.description, forKey: .tenantID)
        try container.encode(erasure.kind.rawValue, forKey: .kind)
        try container.encode(erasure.state.rawValue, forKey: .state)
        try container.encode(erasure.counts, forKey: .counts)
        try container.encode(erasure.requestedAt.rfc3339, forKey: .requestedAt)
        try container.encode(erasure.erasedAt?.rfc3339, forKey: .erasedAt)
        // A day, as backups are kept by days.
        try container.encode(erasure.backupsUntil.map { String($0.rfc3339.prefix(10)) }, forKey: .backupsUntil)
    }
}
