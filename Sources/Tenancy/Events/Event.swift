/// One messaging item of a webhook POST, as it is kept.
public struct Event: Sendable, Hashable {
    /// Where it stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Waits to be processed.
        case received
        /// Kept, visible, and tried again or replayable.
        case parked
        /// Settled.
        case done
        /// Processing failed; replayable.
        case failed
    }

    /// Why it is in its state.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        case awaitingMessage = "awaiting_message"
        case unrouted
        case connectionNotActive = "connection_not_active"
        case senderUnresolved = "sender_unresolved"
        case directionUnknown = "direction_unknown"
        case processingPaused = "processing_paused"
        case error
        case replied
        case recorded
        case duplicate
        case echo
        case editApplied = "edit_applied"
        case editNoise = "edit_noise"
        case testDelivery = "test_delivery"
        case unrecognised
        case automationPaused = "automation_paused"
        case outsideWindow = "outside_window"
        case ownAccount = "own_account"
        case noRule = "no_rule"
        case cooldown
        case optedOut = "opted_out"
        case standby
        case loopGuard = "loop_guard"
        /// It named somebody whose data was erased before it was decided on.
        case erased
    }

    /// Its own id; not the same for a redelivery, which adds no event.
    public var id: EventID
    /// Whom it belongs to: the system tenant where it routes to nobody.
    public var tenantID: TenantID
    /// When the webhook arrived here.
    public var receivedAt: Timestamp
    /// The Meta app whose secret signed it.
    public var app: String
    /// The body's `object`.
    public var object: String
    /// `entry[].id`; empty where there was none.
    public var accountID: String
    /// Which part of the entry it stood in.
    public var container: String
    /// How many items that part held.
    public var siblings: Int
    /// How often the very same item was delivered.
    public var deliveries: Int
    /// Where it stands.
    public var state: State
    /// Why it stands there; `nil` before the first look, and again after a replay.
    public var reason: Reason?
    /// Known once it was processed.
    public var kind: String?
    /// Meta's id of the message it is about; `nil` where there is none.
    public var mid: String?
    /// How the sender was established.
    public var strategy: String?
    /// Who wrote. Never logged.
    public var igsid: String?
    /// The six fields of `payload_structure`, as JSON.
    public var structure: String?
    /// How often the sender was looked for in vain.
    public var attempts: Int
    /// When it is looked at again; `nil` where something else wakes it.
    public var dueAt: Timestamp?

    /// Memberwise.
    public init(
        id: EventID, tenantID: TenantID, receivedAt: Timestamp, app: String, object: String, accountID: String,
        container: String, siblings: Int, deliveries: Int = 1, state: State = .received, reason: Reason? = nil,
        kind: String? = nil, mid: String? = nil, strategy: String? = nil, igsid: String? = nil,
        structure: String? = nil, attempts: Int = 0, dueAt: Timestamp?
    ) {
        self.id = id
        self.tenantID = tenantID
        self.receivedAt = receivedAt
        self.app = app
        self.object = object
        self.accountID = accountID
        self.container = container
        self.siblings = siblings
        self.deliveries = deliveries
        self.state = state
        self.reason = reason
        self.kind = kind
        self.mid = mid
        self.strategy = strategy
        self.igsid = igsid
        self.structure = structure
        self.attempts = attempts
        self.dueAt = dueAt
    }
}
