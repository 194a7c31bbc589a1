/// One answer that Clariva decided to send.
public struct Reply: Sendable, Hashable {
    /// Where it stands (docs/architecture.md, "The way of an event").
    public enum State: String, Sendable, Hashable, CaseIterable {
        case composing
        case queued
        case sending
        case sent
        case unknown
        case held
        case failed
        case expired
        case cancelled

        /// Whether nothing will change any more without a person.
        public var isSettled: Bool {
            switch self {
            case .sent, .failed, .expired, .cancelled: true
            case .composing, .queued, .sending, .unknown, .held: false
            }
        }
    }

    /// Why it is in its state.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case sent
        case echoSettled = "echo_settled"
        case readBack = "read_back"
        case outcomeUnknown = "outcome_unknown"
        case waitingForReconnect = "waiting_for_reconnect"
        case throttled
        case windowClosed = "window_closed"
        case recipientUnreachable = "recipient_unreachable"
        case wrongRecipient = "wrong_recipient"
        case notThreadOwner = "not_thread_owner"
        case permission
        case policy
        case content
        case personAnswered = "person_answered"
        case unsentByPatient = "unsent_by_patient"
        case paused
        case requested
    }

    /// Who decided to send it.
    public enum Author: String, Sendable, Hashable {
        case machine
        case person
    }

    /// Its own id; the queue of a conversation is in the order of these.
    public var id: ReplyID
    /// Where it is sent.
    public var conversationID: ConversationID
    /// The message it answers; `nil` for a person's own.
    public var inReplyTo: MessageID?
    /// The webhook event that caused it; `nil` for a person's own.
    public var eventID: EventID?
    /// Machine or person.
    public var author: Author
    /// Name of the rule that answered.
    public var rule: String?
    /// `nil` while composing.
    public var text: String?
    /// Where it stands.
    public var state: State
    /// Why it stands there; `nil` while nothing needs explaining.
    public var reason: Reason?
    /// How often sending of the part that is next began, and 1 at least once anything was sent. What was throttled or taken
    /// back is not counted: it says nothing of the message or the person.
    public var attempts: Int
    /// After this it may not be sent.
    public var windowEndsAt: Timestamp
    /// When it is looked at again; `nil` where something else wakes it.
    public var dueAt: Timestamp?
    /// When it was decided on.
    public var createdAt: Timestamp
    /// When it was sent, given up or held; `nil` before that, and again after a retry.
    public var settledAt: Timestamp?
    /// In order; a part waits for the one before it.
    public var parts: [ReplyPart]

    /// Memberwise.
    public init(
        id: ReplyID, conversationID: ConversationID, inReplyTo: MessageID?, eventID: EventID?, author: Author,
        rule: String?, text: String?, state: State, reason: Reason? = nil, attempts: Int = 0, windowEndsAt: Timestamp,
        dueAt: Timestamp?, createdAt: Timestamp, settledAt: Timestamp? = nil, parts: [ReplyPart] = []
    ) {
        self.id = id
        self.conversationID = conversationID
        self.inReplyTo = inReplyTo
        self.eventID = eventID
        self.author = author
        self.rule = rule
        self.text = text
        self.state = state
        self.reason = reason
        self.attempts = attempts
        self.windowEndsAt = windowEndsAt
        self.dueAt = dueAt
        self.createdAt = createdAt
        self.settledAt = settledAt
        self.parts = parts
    }

    /// The mid of the first part that was sent.
    public var mid: String? { parts.first { $0.mid != nil }?.mid }
}

/// One message of a reply that was split.
public struct ReplyPart: Sendable, Hashable {
    /// Where the part stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        case queued
        case sending
        case sent
        case unknown
        case failed
        case cancelled
    }

    /// Its own id.
    public var id: ReplyPartID
    /// The reply it is a part of.
    public var replyID: ReplyID
    /// Counts from 0.
    public var position: Int
    /// What this part says, within the limit of its channel.
    public var text: String
    /// Where it stands.
    public var state: State
    /// Meta's id of the sent message; `nil` until it is known.
    public var mid: String?
    /// When its last attempt began.
    public var sendingAt: Timestamp?
    /// When its outcome became unknown.
    public var unknownAt: Timestamp?
    /// How many readings since its last attempt showed the message being answered and not this part.
    public var absentReadings: Int

    /// Memberwise.
    public init(
        id: ReplyPartID, replyID: ReplyID, position: Int, text: String, state: State, mid: String? = nil,
        sendingAt: Timestamp? = nil, unknownAt: Timestamp? = nil, absentReadings: Int = 0
    ) {
        self.id = id
        self.replyID = replyID
        self.position = position
        self.text = text
        self.state = state
        self.mid = mid
        self.sendingAt = sendingAt
        self.unknownAt = unknownAt
        self.absentReadings = absentReadings
    }
}
