internal import Tenancy

/// A connection's checklist as the API shows it.
struct CheckView: Encodable, Sendable {
    private struct Check: Encodable, Sendable {
        var name: String
        var status: String
        var detail: String
        var fix: String?

        enum CodingKeys: String, CodingKey { case name, status, detail, fix }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(status, forKey: .status)
            try container.encode(detail, forKey: .detail)
            // `null` is said, not left out.
            try container.encode(fix, forKey: .fix)
        }
    }

    private struct Recipient: Encodable, Sendable {
        var id: String
        var username: String?
        var lastMessageAt: String?

        enum CodingKeys: String, CodingKey {
            case id, username
            case lastMessageAt = "last_message_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(username, forKey: .username)
            try container.encode(lastMessageAt, forKey: .lastMessageAt)
        }
    }

    private var ok: Bool
    private var checks: [Check]
    private var recipients: [Recipient]

    /// - Parameters:
    ///   - results: in the order in which faults should be mended.
    ///   - recipients: who has written; patients' ids, for whoever may see the practice's patients.
    init(_ results: [CheckResult], recipients: [ConnectionRecipients.Recipient]) {
        ok = !results.contains { $0.status == .fail }
        checks = results.map { result in
            Check(
                name: result.name.replacing(" ", with: "_"), status: result.status.rawValue, detail: result.detail,
                fix: result.fix)
        }
        self.recipients = recipients.map {
            Recipient(id: $0.id, username: $0.username, lastMessageAt: $0.lastMessageAt?.rfc3339)
        }
    }
}
