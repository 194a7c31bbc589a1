internal import Tenancy

/// A message as the API shows it.
struct MessageView: Encodable, Sendable {
    var message: Message

    init(_ message: Message) {
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case id, direction, author, kind, text, mid
        case sentAt = "sent_at"
        case editedAt = "edited_at"
        case deletedAt = "deleted_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(message.id.description, forKey: .id)
        try container.encode(message.direction.rawValue, forKey: .direction)
        try container.encode(message.author.rawValue, forKey: .author)
        try container.encode(message.kind, forKey: .kind)
        try container.encode(message.text, forKey: .text)
        try container.encode(message.mid, forKey: .mid)
        try container.encode(message.sentAt.rfc3339, forKey: .sentAt)
        try container.encode(message.editedAt?.rfc3339, forKey: .editedAt)
        try container.encode(message.deletedAt?.rfc3339, forKey: .deletedAt)
    }
}
