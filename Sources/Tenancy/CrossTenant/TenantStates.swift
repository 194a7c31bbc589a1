internal import Storage

/// How a tenant's newest connection stands.
public struct TenantState: Sendable, Hashable {
    /// By which flow.
    public var flow: Flow
    /// Its state.
    public var state: Connection.State
    /// Why it is in this state.
    public var reason: Connection.Reason?
    /// When the account's newest webhook came.
    public var lastWebhookAt: Timestamp?
}

extension GlobalRows {
    /// The connections of some tenants: of each the newest that has not ended, else the newest; scope `operators`.
    /// - Parameter tenants: ``statesLimit`` at most; whoever is beyond has none.
    public func states(of tenants: [TenantID]) throws -> [TenantID: TenantState] {
        guard let last = tenants.last else { return [:] }
        // Always as many, so that it is one statement: the last one is asked for again and again.
        let values = (0..<Self.statesLimit).map { SQLValue.id(($0 < tenants.count ? tenants[$0] : last).raw) }
        let rows = try transaction.query(
            """
            SELECT tenant_id, id, flow, state, state_reason, last_webhook_at FROM connections
            WHERE tenant_id IN (\((1...Self.statesLimit).map { "?\($0)" }.joined(separator: ", ")))
            """, values)
        var newest: [TenantID: (id: Identifier, state: TenantState)] = [:]
        for row in rows {
            var columns = row.columns
            let tenant = TenantID(try columns.id())
            let id = try columns.id()
            let state = TenantState(
                flow: Flow(rawValue: try columns.text()), state: try columns.word(), reason: try columns.optionalWord(),
                lastWebhookAt: try columns.optionalTime())
            let known = newest[tenant]
            let rank = (state.state == .disconnected ? 0 : 1, id)
            if let known, (known.state.state == .disconnected ? 0 : 1, known.id) > rank { continue }
            newest[tenant] = (id, state)
        }
        return newest.mapValues(\.state)
    }

    /// How many tenants' connections are asked for at once.
    public static let statesLimit = 50
}
