/// One patient and one account on one channel.
public struct Conversation: Sendable, Hashable {
    public var id: ConversationID
    public var patientID: PatientID
    public var accountID: String
    public var channel: Channel
    /// Whether the machine answers here.
    public var automation: Tenant.Automation
    /// Paused until then, because a person took over; `nil` with ``automation`` paused means until further notice.
    public var pausedUntil: Timestamp?
    /// The patient asked for silence.
    public var optedOut: Bool
    public var lastMessageAt: Timestamp?
    /// The messaging window counts from here.
    public var lastInboundAt: Timestamp?
    public var createdAt: Timestamp

    /// Memberwise.
    public init(
        id: ConversationID, patientID: PatientID, accountID: String, channel: Channel,
        automation: Tenant.Automation = .on, pausedUntil: Timestamp? = nil, optedOut: Bool = false,
        lastMessageAt: Timestamp? = nil, lastInboundAt: Timestamp? = nil, createdAt: Timestamp
    ) {
        self.id = id
        self.patientID = patientID
        self.accountID = accountID
        self.channel = channel
        self.automation = automation
        self.pausedUntil = pausedUntil
        self.optedOut = optedOut
        self.lastMessageAt = lastMessageAt
        self.lastInboundAt = lastInboundAt
        self.createdAt = createdAt
    }

    /// Whether the machine may answer now.
    public func answers(at now: Timestamp) -> Bool {
        switch automation {
        case .on: true
        case .paused: pausedUntil.map { $0 <= now } ?? false
        }
    }
}
