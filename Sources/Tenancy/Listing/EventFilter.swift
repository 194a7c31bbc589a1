internal import Storage

/// Which events a list or a replay is about. What is `nil` does not narrow it.
public struct EventFilter: Sendable, Hashable {
    /// Only this tenant's.
    public var tenantID: TenantID?
    /// `entry[].id` of the webhook.
    public var accountID: String?
    /// Only those in this state.
    public var state: Event.State?
    /// Only those with this reason.
    public var reason: Event.Reason?
    /// Only those of this kind.
    public var kind: String?
    /// Received then or later.
    public var receivedAfter: Timestamp?
    /// Received before then.
    public var receivedBefore: Timestamp?

    /// Everything.
    public init() {}

    /// The SQL condition with its values; the caller's own values come first. Words are compared as expressions, which no
    /// index is by: rows are read by the one index that was chosen (``EventOrder``), and these are asked of each.
    /// - Parameter values: grows by what the condition needs.
    func condition(_ values: inout [SQLValue]) -> String {
        var conditions = ""
        func add(_ comparison: String, _ value: SQLValue) {
            values.append(value)
            conditions += " AND \(comparison) ?\(values.count)"
        }
        if let tenantID { add("tenant_id =", .id(tenantID.raw)) }
        if let accountID { add("COALESCE(account_id, '') =", .text(accountID)) }
        if let state { add("COALESCE(state, '') =", .text(state.rawValue)) }
        if let reason { add("COALESCE(reason, '') =", .text(reason.rawValue)) }
        if let kind { add("COALESCE(kind, '') =", .text(kind)) }
        if let receivedAfter { add("received_at >=", .time(receivedAfter)) }
        if let receivedBefore { add("received_at <", .time(receivedBefore)) }
        return conditions
    }

    /// Whether anything narrows it but times, which are a range of ids.
    var looksIntoRows: Bool {
        tenantID != nil || accountID != nil || state != nil || reason != nil || kind != nil
    }

    /// The only state that fitting events can have; `nil` where there may be several.
    var onlyState: Event.State? { state ?? reason?.state }
}

extension Event.Reason {
    /// The state that an event with this reason is in.
    public var state: Event.State {
        switch self {
        case .awaitingMessage: .received
        case .unrouted, .connectionNotActive, .senderUnresolved, .directionUnknown, .processingPaused: .parked
        case .error: .failed
        case .replied, .recorded, .duplicate, .echo, .editApplied, .editNoise, .testDelivery, .unrecognised,
            .automationPaused, .outsideWindow, .ownAccount, .noRule, .cooldown, .optedOut, .standby, .loopGuard,
            .erased:
            .done
        }
    }
}
