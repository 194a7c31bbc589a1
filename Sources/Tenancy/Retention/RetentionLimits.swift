public import Storage

/// Before which moment things are too old; `nil` keeps them.
public struct RetentionLimits: Sendable, Hashable {
    /// Events that arrived earlier lose their sealed payload.
    public var payloads: Timestamp?
    /// Events that arrived earlier are deleted.
    public var events: Timestamp?
    /// Messages and replies recorded earlier are deleted, and with them what is left of their conversations.
    public var messages: Timestamp?
    /// Entries of the audit log that were written earlier are deleted.
    public var audit: Timestamp?
    /// Idempotency keys that were used earlier are forgotten.
    public var requests: Timestamp?
    /// Notices to owners that were written earlier are deleted.
    public var notices: Timestamp?
    /// Parked events that arrived later may still be answered: they keep everything.
    public var parked: Timestamp

    /// - Parameters:
    ///   - payloads: events that arrived earlier lose their sealed payload; `nil` keeps it.
    ///   - events: events that arrived earlier are deleted; `nil` keeps them.
    ///   - messages: messages and replies recorded earlier are deleted; `nil` keeps them.
    ///   - audit: entries of the audit log written earlier are deleted; `nil` keeps them.
    ///   - requests: idempotency keys that were used earlier are forgotten; `nil` keeps them.
    ///   - notices: notices to owners that were written earlier are deleted; `nil` keeps them.
    ///   - parked: parked events that arrived later keep everything: where the messaging window begins.
    public init(
        payloads: Timestamp?, events: Timestamp?, messages: Timestamp?, audit: Timestamp? = nil,
        requests: Timestamp? = nil, notices: Timestamp? = nil, parked: Timestamp
    ) {
        self.payloads = payloads
        self.events = events
        self.messages = messages
        self.audit = audit
        self.requests = requests
        self.notices = notices
        self.parked = parked
    }

    /// - Parameter step: what is aged.
    /// - Returns: an id that is greater than those of everything too old; `nil` where the step keeps all.
    func bound(_ step: RetentionStep) -> Identifier? {
        let moment =
            switch step {
            case .payloads: payloads
            case .events: events
            case .replies, .messages, .conversations, .patients: messages
            case .audit: audit
            case .requests: requests
            case .notices: notices
            }
        return moment.map(Identifier.init(before:))
    }
}

/// What is aged, in the order in which it goes: what refers to something goes before it.
public enum RetentionStep: String, Sendable, Hashable, CaseIterable {
    /// Events.
    case events
    /// Sealed payloads of events; the events stay.
    case payloads
    /// Settled replies with their parts.
    case replies
    /// Messages that no reply needs.
    case messages
    /// Conversations without messages and replies, with their threads.
    case conversations
    /// Patients without conversations, with their addresses; names of patients who have not written for so long.
    case patients
    /// Idempotency keys with the answers to their requests.
    case requests
    /// Notices to owners: told, given up, or never looked at because nobody is told any more.
    case notices
    /// Entries of the audit log, in the order of the chain and not of their ids.
    case audit

    /// The step after this one; `nil` after the last.
    public var next: RetentionStep? {
        Self.allCases.firstIndex(of: self).flatMap { index in
            index + 1 < Self.allCases.count ? Self.allCases[index + 1] : nil
        }
    }
}

/// How far the ageing of one tenant has come.
public struct RetentionPosition: Sendable, Hashable {
    /// What is being aged.
    public var step: RetentionStep
    /// The last row that was looked at.
    public var after: Identifier

    /// - Parameters:
    ///   - step: what is being aged.
    ///   - after: the last row that was looked at; the nil UUID before the first.
    public init(_ step: RetentionStep = .events, after: Identifier = .least) {
        self.step = step
        self.after = after
    }
}

/// What one batch did.
public struct RetentionBatch: Sendable, Hashable {
    /// Rows deleted (or emptied, for payloads) by step; steps without any are absent.
    public var counts: [RetentionStep: Int] = [:]
    /// Where the next batch goes on; `nil` when the tenant is done.
    public var next: RetentionPosition?
    /// Payloads of events up to this id have been dealt with; `nil` where this batch dealt with none.
    public var payloadsDone: Identifier?
    /// Where the audit log does not hold; nothing of it was deleted from there on.
    public var auditBreak: AuditBreak?

    /// Nothing done, nothing left.
    public init() {}
}

extension Identifier {
    /// Smaller than every UUIDv7.
    public static let least = Identifier(high: 0, low: 0)

    /// Smaller than every UUIDv7 of that moment and later, greater than those before: ids are as good as an index by time.
    init(before moment: Timestamp) {
        self.init(high: UInt64(max(moment.milliseconds, 0)) << 16, low: 0)
    }
}
