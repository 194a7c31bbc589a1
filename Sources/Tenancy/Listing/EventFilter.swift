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

    /// The SQL condition with its values; the caller's own values come first.
    /// - Parameter values: grows by what the condition needs.
    func condition(_ values: inout [SQLValue]) -> String {
        var conditions: [String] = []
        func add(_ column: String, _ comparison: String, _ value: SQLValue) {
            values.append(value)
            conditions.append("\(column) \(comparison) ?\(values.count)")
        }
        if let tenantID { add("tenant_id", "=", .id(tenantID.raw)) }
        if let accountID { add("account_id", "=", .text(accountID)) }
        if let state { add("state", "=", .text(state.rawValue)) }
        if let reason { add("reason", "=", .text(reason.rawValue)) }
        if let kind { add("kind", "=", .text(kind)) }
        if let receivedAfter { add("received_at", ">=", .time(receivedAfter)) }
        if let receivedBefore { add("received_at", "<", .time(receivedBefore)) }
        return conditions.isEmpty ? "" : " AND " + conditions.joined(separator: " AND ")
    }
}
