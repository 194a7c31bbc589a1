/// One tenant's authorised link to one Instagram account through one flow.
public struct Connection: Sendable, Hashable {
    /// Its life.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Being set up. A word of the contract: connecting is one step here, so that no connection is in this state.
        case pending
        /// Answers messages.
        case active
        /// Answers messages, but something wants attention.
        case degraded
        /// Cannot answer until the doctor connects again; events are kept.
        case reconnectRequired = "reconnect_required"
        /// Ended; its claim on the account ended with it.
        case disconnected

        /// Whether messages are processed and answered in this state.
        public var answers: Bool { self == .active || self == .degraded }
    }

    /// Why it is in its state.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case tokenDead = "token_dead"
        case tokenExpiring = "token_expiring"
        case scopesMissing = "scopes_missing"
        case notSubscribed = "not_subscribed"
        case deauthorized
        case replaced
        case requested
        case senderless
    }

    /// Its own id, which a reconnect keeps.
    public var id: ConnectionID
    /// Whose it is.
    public var tenantID: TenantID
    /// The flow through which it was authorised.
    public var flow: Flow
    /// Whether it answers.
    public var state: State
    /// Why it is in its state; `nil` while all is well.
    public var reason: Reason?
    /// The routing key, `entry[].id`.
    public var instagramPageID: String
    /// The Page that the account belongs to; `nil` where the flow knows none.
    public var facebookPageID: String?
    /// Other ids of the same account that also route here (app-scoped id, Facebook Page id).
    public var aliases: [String]
    /// App-scoped id of the person who connected; deauthorize and deletion callbacks name it.
    public var appUserID: String?
    /// The account's user name.
    public var username: String?
    /// The secret; `nil` once destroyed.
    public var token: String?
    /// When we got the token.
    public var tokenIssuedAt: Timestamp?
    /// When the token ends by age; `nil` where it does not.
    public var tokenExpiresAt: Timestamp?
    /// What the doctor granted, as Meta told when connecting.
    public var scopes: [String]
    /// Webhook fields subscribed when connecting.
    public var subscribedFields: [String]
    /// Throttled or blocked until then.
    public var pausedUntil: Timestamp?
    /// A senderless edit has arrived for a message that the account itself sent: a thread no longer tells who wrote.
    public var senderlessOwnSeen: Bool
    /// When a webhook last arrived, to the minute.
    public var lastWebhookAt: Timestamp?
    /// When a reply was last sent.
    public var lastSentAt: Timestamp?
    /// When it was first connected; a reconnect keeps it.
    public var createdAt: Timestamp
    /// When it last changed; webhooks, sends and pauses do not count.
    public var updatedAt: Timestamp

    /// Memberwise.
    public init(
        id: ConnectionID, tenantID: TenantID, flow: Flow, state: State, reason: Reason? = nil, instagramPageID: String,
        facebookPageID: String? = nil, aliases: [String] = [], appUserID: String? = nil, username: String? = nil,
        token: String? = nil, tokenIssuedAt: Timestamp? = nil, tokenExpiresAt: Timestamp? = nil, scopes: [String] = [],
        subscribedFields: [String] = [], pausedUntil: Timestamp? = nil, senderlessOwnSeen: Bool = false,
        lastWebhookAt: Timestamp? = nil, lastSentAt: Timestamp? = nil, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.tenantID = tenantID
        self.flow = flow
        self.state = state
        self.reason = reason
        self.instagramPageID = instagramPageID
        self.facebookPageID = facebookPageID
        self.aliases = aliases
        self.appUserID = appUserID
        self.username = username
        self.token = token
        self.tokenIssuedAt = tokenIssuedAt
        self.tokenExpiresAt = tokenExpiresAt
        self.scopes = scopes
        self.subscribedFields = subscribedFields
        self.pausedUntil = pausedUntil
        self.senderlessOwnSeen = senderlessOwnSeen
        self.lastWebhookAt = lastWebhookAt
        self.lastSentAt = lastSentAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Every id under which its events may arrive.
    public var claimedIDs: [String] { [instagramPageID] + [facebookPageID].compactMap(\.self) + aliases }

    /// Every id that means the account itself: none of them is ever a patient.
    public var ownIDs: Set<String> {
        var ids = Set(aliases)
        ids.insert(instagramPageID)
        if let facebookPageID { ids.insert(facebookPageID) }
        if let appUserID { ids.insert(appUserID) }
        return ids
    }

    /// The id under which a channel's webhooks arrive: the Page's for Messenger.
    public func accountID(for channel: Channel) -> String {
        channel == .messenger ? facebookPageID ?? instagramPageID : instagramPageID
    }
}
