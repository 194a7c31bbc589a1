/// One doctor's practice.
public struct Tenant: Sendable, Hashable {
    /// Whether the machine answers.
    public enum Automation: String, Sendable, Hashable, CaseIterable {
        case on
        case paused
    }

    /// Its own id.
    public var id: TenantID
    /// What the practice is called; `{{practice}}` in replies.
    public var name: String
    /// The flow in use.
    public var flow: Flow
    /// The flow that is being switched to; the old one answers until its connection is active.
    public var pendingFlow: Flow?
    /// IANA time zone name, for opening hours.
    public var timezone: String
    /// BCP 47, for the default receipt and the doctor's pages.
    public var locale: String
    /// Where the doctor's browser goes after connecting.
    public var returnURL: String?
    /// Whether the machine answers for the whole practice.
    public var automation: Automation
    /// Which messages are answered with what.
    public var replyRules: ReplyRules
    /// Counts changes, for `ETag`.
    public var revision: Int64
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// Memberwise.
    public init(
        id: TenantID, name: String, flow: Flow, pendingFlow: Flow? = nil, timezone: String, locale: String,
        returnURL: String? = nil, automation: Automation = .on, replyRules: ReplyRules, revision: Int64 = 1,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.flow = flow
        self.pendingFlow = pendingFlow
        self.timezone = timezone
        self.locale = locale
        self.returnURL = returnURL
        self.automation = automation
        self.replyRules = replyRules
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
