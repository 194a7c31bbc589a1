/// One patient and one account on one channel.
public struct Conversation: Sendable, Hashable {
    /// Its own id.
    public var id: ConversationID
    /// Who writes.
    public var patientID: PatientID
    /// The account's id under which webhooks of the channel arrive.
    public var accountID: String
    /// Instagram or Messenger.
    public var channel: Channel
    /// Whether the machine answers here.
    public var automation: Tenant.Automation
    /// Paused until then, because a person took over; `nil` with ``automation`` paused means until further notice.
    public var pausedUntil: Timestamp?
    /// The patient asked for silence.
    public var optedOut: Bool
    /// Time of the newest message in either direction; `nil` before the first.
    public var lastMessageAt: Timestamp?
    /// The messaging window counts from here.
    public var lastInboundAt: Timestamp?
    /// When it was first recorded.
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

    /// Whether the machine is silent here until then at least, whatever comes.
    public func isPaused(until moment: Timestamp) -> Bool {
        automation == .paused && (pausedUntil.map { $0 >= moment } ?? true)
    }

    /// Whether the machine may answer now.
    public func answers(at now: Timestamp) -> Bool {
        switch automation {
        case .on: true
        case .paused: pausedUntil.map { $0 <= now } ?? false
        }
    }
}
