internal import Storage

/// The index in whose order events are listed, and what it leaves to be looked at row by row.
///
/// Conditions of partial indexes stand in the statement as they stand in the index (migration `lists`): an engine uses such
/// an index only where it sees that nothing else is asked for.
struct EventOrder: Sendable, Hashable {
    enum Index: Sendable, Hashable {
        /// All events.
        case newest
        /// Those that are not done.
        case open(Event.State)
        /// Those with a reason that few events have.
        case reason(Event.Reason)
        /// Those of a kind that few events are of.
        case kind(String)
        /// One tenant's.
        case tenant(TenantID)
        /// One tenant's that are parked or failed.
        case openOfTenant(TenantID)
        /// One tenant's of one account that are parked or failed.
        case openOfAccount(TenantID, String)
    }

    /// What most events become: in no partial index, and found quickly among the newest.
    static let frequentReasons: Set<Event.Reason> = [
        .awaitingMessage, .replied, .recorded, .duplicate, .echo, .editNoise,
    ]
    /// As ``frequentReasons``.
    static let frequentKinds: Set = ["message", "edit", "echo", "read", "delivery"]

    var index: Index
    /// What the index does not answer.
    var rest: EventFilter

    /// - Parameter filter: one that names an account names its tenant too.
    init(_ filter: EventFilter) {
        rest = filter
        let isOpen = filter.onlyState == .parked || filter.onlyState == .failed
        if let tenant = filter.tenantID {
            rest.tenantID = nil
            if isOpen, let account = filter.accountID {
                index = .openOfAccount(tenant, account)
                rest.accountID = nil
            } else {
                index = isOpen ? .openOfTenant(tenant) : .tenant(tenant)
            }
        } else if let reason = filter.reason, !Self.frequentReasons.contains(reason) {
            index = .reason(reason)
            rest.reason = nil
        } else if let state = filter.onlyState, state != .done {
            index = .open(state)
            rest.state = nil
        } else if let kind = filter.kind, !Self.frequentKinds.contains(kind) {
            index = .kind(kind)
            rest.kind = nil
        } else {
            index = .newest
        }
    }

    /// The condition that is the index's, with its values; the caller's own values come first.
    /// - Parameter values: grows by what the condition needs.
    func condition(_ values: inout [SQLValue]) -> String {
        func bind(_ value: SQLValue) -> String {
            values.append(value)
            return "?\(values.count)"
        }
        let condition =
            switch index {
            case .newest: ""
            case .open(let state): "state <> 'done' AND state = \(bind(.text(state.rawValue)))"
            case .reason(let reason):
                """
                reason NOT IN ('awaiting_message', 'replied', 'recorded', 'duplicate', 'echo', 'edit_noise')
                    AND reason = \(bind(.text(reason.rawValue)))
                """
            case .kind(let kind):
                """
                kind NOT IN ('message', 'edit', 'echo', 'read', 'delivery') AND kind = \(bind(.text(kind)))
                """
            case .tenant(let tenant): "tenant_id = \(bind(.id(tenant.raw)))"
            case .openOfTenant(let tenant):
                "tenant_id = \(bind(.id(tenant.raw))) AND state IN ('parked', 'failed')"
            case .openOfAccount(let tenant, let account):
                """
                tenant_id = \(bind(.id(tenant.raw))) AND account_id = \(bind(.text(account)))
                    AND state IN ('parked', 'failed')
                """
            }
        return condition.isEmpty ? "" : " AND " + condition
    }
}
