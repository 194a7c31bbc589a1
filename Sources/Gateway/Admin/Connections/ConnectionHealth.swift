internal import Integrations
internal import Tenancy

/// How well a connection's webhooks tell who writes, and what to do about it.
struct ConnectionHealth: Encodable, Sendable, Hashable {
    /// The share of the last 24 hours' messages that came without their sender; `nil` without messages.
    var senderlessRatio: Double?
    /// What to do, in words; `nil` where nothing is wrong.
    var advice: String?

    /// From this share on something is wrong with the account's webhooks rather than with single deliveries.
    private static let conspicuous = 0.05

    /// - Parameter integrations: those switched on; another flow than the connection's may be the cure.
    init(senderlessRatio: Double?, connection: Connection, integrations: IntegrationRegistry) {
        self.senderlessRatio = senderlessRatio.map { ($0 * 1000).rounded() / 1000 }
        guard let senderlessRatio, senderlessRatio >= Self.conspicuous, connection.state.answers else { return }
        var advice =
            "Messages arrive without their sender. "
            + "Tick the field messages in the App Dashboard's webhook settings (app level, not only the account)"
        let others = integrations.all.filter { $0.name != connection.flow.rawValue }
        if let other = others.first {
            advice +=
                ", or switch the tenant to \(other.title): PUT /v1/tenants/\(connection.tenantID)/flow with "
                + "{\"flow\": \"\(other.name)\"} gives the link for the doctor"
        }
        self.advice = advice + "."
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
