/// Something that an owner is to be told: a connection needs somebody, or the whole service does. Nothing of a patient's
/// and no secret is in it.
public struct Notice: Sendable, Hashable {
    /// What it tells of; the words of the operational webhook.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A connection answers, but something wants attention.
        case connectionDegraded = "connection.degraded"
        /// A connection cannot answer until the doctor connects again.
        case connectionReconnectRequired = "connection.reconnect_required"
        /// A connection has ended, and no person has asked for that.
        case connectionDisconnected = "connection.disconnected"
        /// A connection needs nobody any more.
        case connectionHealed = "connection.healed"
        /// A connection's token ends soon and could not be renewed.
        case connectionTokenExpiring = "connection.token_expiring"
        /// Many accounts of one of Meta's apps fail at once: sending pauses.
        case breakerOpened = "breaker.opened"
        /// Sending goes on.
        case breakerClosed = "breaker.closed"
    }

    /// What is known of it, each where it applies.
    public struct Facts: Sendable, Hashable, Codable {
        /// The connection's flow.
        public var flow: String?
        /// The account's id.
        public var instagramPageID: String?
        /// The connection's state.
        public var state: String?
        /// Why it is in it.
        public var reason: String?
        /// Days until the token ends, at most.
        public var days: Int?
        /// When the token ends, milliseconds since 1970.
        public var tokenExpiresAt: Int64?

        /// Nothing known.
        public init() {}

        /// What is known of a connection.
        public init(_ connection: Connection) {
            flow = connection.flow.rawValue
            instagramPageID = connection.instagramPageID
            state = connection.state.rawValue
            reason = connection.reason?.rawValue
            tokenExpiresAt = connection.tokenExpiresAt?.milliseconds
        }
    }

    /// Its own id; the receiver knows a repetition by it.
    public var id: NoticeID
    /// Whose connection it is; the system tenant for what concerns no single one.
    public var tenantID: TenantID
    /// What it tells of.
    public var kind: Kind
    /// Id of the connection, or the name of the app.
    public var subject: String
    /// What is known.
    public var facts: Facts
    /// When it happened.
    public var createdAt: Timestamp
    /// How often it was tried to tell it.
    public var attempts: Int
    /// When it is tried next; `nil` once told or given up.
    public var dueAt: Timestamp?
    /// What came of the last attempt; `nil` before the first.
    public var outcome: String?
    /// When it was told or given up.
    public var settledAt: Timestamp?

    /// Memberwise.
    public init(
        id: NoticeID, tenantID: TenantID, kind: Kind, subject: String, facts: Facts, createdAt: Timestamp,
        attempts: Int = 0, dueAt: Timestamp? = nil, outcome: String? = nil, settledAt: Timestamp? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.kind = kind
        self.subject = subject
        self.facts = facts
        self.createdAt = createdAt
        self.attempts = attempts
        self.dueAt = dueAt
        self.outcome = outcome
        self.settledAt = settledAt
    }
}

extension Notice.Kind {
    /// What a change of a connection's state tells its owner; `nil` where it tells nothing. Pure.
    ///
    /// What a person has asked for is no news. That a token ends soon is told by the ladder that finds it.
    /// - Parameters:
    ///   - before: the connection as it was.
    ///   - state: as it is now.
    ///   - reason: why it is so now.
    init?(
        change before: Connection, to state: Connection.State, _ reason: Connection.Reason?
    ) {
        guard before.state != state || before.reason != reason else { return nil }
        switch (state, reason) {
        case (.degraded, .tokenExpiring): return nil
        case (.degraded, _): self = .connectionDegraded
        case (.reconnectRequired, _): self = .connectionReconnectRequired
        case (.disconnected, .replaced), (.disconnected, .requested): return nil
        case (.disconnected, _): self = .connectionDisconnected
        case (.active, _) where before.state == .degraded || before.state == .reconnectRequired:
            self = .connectionHealed
        case (.active, _), (.pending, _): return nil
        }
    }
}
