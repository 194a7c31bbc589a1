/// One message as it is kept.
public struct Message: Sendable, Hashable {
    /// Which way it went.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        case inbound
        case outbound
    }

    /// Who wrote it.
    public enum Author: String, Sendable, Hashable, CaseIterable {
        case patient
        case person
        case machine
    }

    /// Our own id; Meta's is ``mid``.
    public var id: MessageID
    /// Where it was written.
    public var conversationID: ConversationID
    /// Which way it went.
    public var direction: Direction
    /// Patient, person or machine.
    public var author: Author
    /// The flow through which it was seen or sent.
    public var flow: Flow
    /// What it consists of: `text`, `image`, `story_mention`, ...
    public var kind: String
    /// Meta's id; `nil` where the database cannot hold it.
    public var mid: String?
    /// `nil` where it has none, or where only its sender could be found.
    public var text: String?
    /// Its own time at Meta.
    public var sentAt: Timestamp
    /// When it reached us, or when its sending was confirmed.
    public var receivedAt: Timestamp
    /// When its text last changed; `nil` for never.
    public var editedAt: Timestamp?
    /// When it was taken back; its text is gone then.
    public var deletedAt: Timestamp?
    /// The webhook event that told of it first; `nil` for our own sends.
    public var eventID: EventID?

    /// Memberwise.
    public init(
        id: MessageID, conversationID: ConversationID, direction: Direction, author: Author, flow: Flow, kind: String,
        mid: String?, text: String?, sentAt: Timestamp, receivedAt: Timestamp, editedAt: Timestamp? = nil,
        deletedAt: Timestamp? = nil, eventID: EventID? = nil
    ) {
        self.id = id
        self.conversationID = conversationID
        self.direction = direction
        self.author = author
        self.flow = flow
        self.kind = kind
        self.mid = mid
        self.text = text
        self.sentAt = sentAt
        self.receivedAt = receivedAt
        self.editedAt = editedAt
        self.deletedAt = deletedAt
        self.eventID = eventID
    }
}
