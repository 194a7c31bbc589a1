/// One message as the Graph API shows it.
public struct MessageRecord: Sendable, Hashable {
    /// Message id.
    public var mid: String
    /// Who wrote it: the account's own id, or the patient's IGSID or PSID.
    public var from: String?
    /// The writer's user name.
    public var fromUsername: String?
    /// The recipients.
    public var to: [String]
    /// Its text; `nil` where it has none or Meta did not say.
    public var text: String?
    /// When it was made, milliseconds since 1970 (Meta tells whole seconds).
    public var createdAt: Int64?
    /// The kinds of its attachments (`image`, `story_mention`, ...).
    public var attachmentKinds: [String]

    /// Memberwise.
    public init(
        mid: String, from: String?, fromUsername: String? = nil, to: [String], text: String?, createdAt: Int64?,
        attachmentKinds: [String] = []
    ) {
        self.mid = mid
        self.from = from
        self.fromUsername = fromUsername
        self.to = to
        self.text = text
        self.createdAt = createdAt
        self.attachmentKinds = attachmentKinds
    }
}

/// One conversation as the Graph API shows it.
public struct ConversationRecord: Sendable, Hashable {
    /// Conversation id.
    public var id: String
    /// Ids of those who take part, the account's own included.
    public var participants: [String]
    /// The newest messages, newest first; empty where they were not asked for.
    public var messages: [MessageRecord]

    /// Memberwise.
    public init(id: String, participants: [String], messages: [MessageRecord]) {
        self.id = id
        self.participants = participants
        self.messages = messages
    }
}

/// A patient's public name.
public struct Profile: Sendable, Hashable {
    /// User name, or first and last name on Messenger.
    public var username: String?

    /// Memberwise.
    public init(username: String?) {
        self.username = username
    }
}

/// What is known after an attempt to send.
public enum SendOutcome: Sendable, Hashable {
    /// Meta took it and named it.
    case sent(mid: String)
    /// Certainly not applied: nothing was written, or Meta refused it. The error says whether trying again helps.
    case notApplied(GraphError)
    /// It may have gone out: a time-out or reset after bytes were written, a 5xx, 408, codes 1 and 2, a 2xx without an id.
    case unknown(GraphError)
}
