internal import Tenancy

/// A reply as the API shows it.
struct ReplyView: Encodable, Sendable {
    var reply: Reply

    init(_ reply: Reply) {
        self.reply = reply
    }

    private struct Part: Encodable {
        var part: ReplyPart
        /// Of the whole reply.
        var isGivenUp: Bool

        enum CodingKeys: String, CodingKey { case text, state, mid }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(part.text, forKey: .text)
            let state = isGivenUp && part.state == .queued ? .cancelled : part.state
            try container.encode(state.rawValue, forKey: .state)
            try container.encode(part.mid, forKey: .mid)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case id, text, parts, state, reason, attempts, mid
        case conversationID = "conversation_id"
        case inReplyTo = "in_reply_to"
        case createdAt = "created_at"
        case settledAt = "settled_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(reply.id.description, forKey: .id)
        try container.encode(reply.conversationID.description, forKey: .conversationID)
        try container.encode(reply.inReplyTo?.description, forKey: .inReplyTo)
        try container.encode(reply.text, forKey: .text)
        let isGivenUp = reply.state == .cancelled || reply.state == .expired
        try container.encode(reply.parts.map { Part(part: $0, isGivenUp: isGivenUp) }, forKey: .parts)
        try container.encode(reply.state.rawValue, forKey: .state)
        try container.encode(reply.reason?.rawValue, forKey: .reason)
        try container.encode(reply.attempts, forKey: .attempts)
        try container.encode(reply.mid, forKey: .mid)
        try container.encode(reply.createdAt.rfc3339, forKey: .createdAt)
        try container.encode(reply.settledAt?.rfc3339, forKey: .settledAt)
    }
}
