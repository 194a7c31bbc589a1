internal import Integrations
internal import Tenancy

/// How well a connection's webhooks tell who writes, and what to do about it.
struct ConnectionHealth: Encodable, Sendable, Hashable {
    /// The share of the last 24 hours' messages that came without their sender; `nil` without messages.
    var senderlessRatio: Double?
    /// What to do, in words; `nil` where nothing is wrong.
    var advice: String?

    /// - Parameter integrations: those switched on; a flow that names senders may be the cure for one that does not.
    init(senderlessRatio: Double?, connection: Connection, integrations: IntegrationRegistry) {
        self.senderlessRatio = senderlessRatio.map { ($0 * 1000).rounded() / 1000 }
        guard let senderlessRatio, senderlessRatio >= SenderlessWatch.conspicuous, connection.state.answers else {
            return
        }
        advice = Self.senderlessAdvice(
            flow: connection.flow.rawValue, tenant: connection.tenantID, integrations: integrations)
    }

    /// What helps a connection whose messages arrive without their sender.
    static func senderlessAdvice(flow: String, tenant: TenantID, integrations: IntegrationRegistry) -> String {
        var advice =
            "Messages arrive without their sender. "
            + "Tick the field messages in the App Dashboard's webhook settings (app level, not only the account)"
        let namesSenders = integrations[flow]?.namesSenders ?? false
        if !namesSenders, let cure = integrations.all.first(where: \.namesSenders) {
            advice +=
                ", or switch the tenant to \(cure.title): PUT /v1/tenants/\(tenant)/flow with "
                + "{\"flow\": \"\(cure.name)\"} gives the link for the doctor"
        }
        return advice + "."
    }

    /// What a check says of it; `nil` without messages.
    func result(of connection: Connection) -> CheckResult? {
        guard let senderlessRatio else { return nil }
        let detail = "\(Int((senderlessRatio * 100).rounded())) % of the last 24 hours' messages came without it"
        guard let advice else { return CheckResult("sender", .pass, detail) }
        return CheckResult("sender", connection.reason == .senderless ? .fail : .warn, detail, fix: advice)
    }

    private enum CodingKeys: String, CodingKey {
        case senderlessRatio = "senderless_ratio_24h"
        case advice
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(senderlessRatio, forKey: .senderlessRatio)
        try container.encode(advice, forKey: .advice)
    }
}
