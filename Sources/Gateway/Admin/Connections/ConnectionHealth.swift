internal import Integrations
internal import Tenancy

/// How well a connection's webhooks tell who writes, and what to do about it.
struct ConnectionHealth: Encodable, Sendable, Hashable {
    /// The share of the last 24 hours' messages that came without their sender; `nil` without messages.
    var senderlessRatio: Double?
    /// What to do, in words; `nil` where nothing is wrong.
    var advice: String?
    /// The one call that cures it; `nil` where nothing is wrong, or no other flow names senders.
    var cure: Cure?

    /// A switch to a flow whose webhooks name senders. Its answer holds the link for the doctor.
    struct Cure: Encodable, Sendable, Hashable {
        struct Body: Encodable, Sendable, Hashable {
            var flow: String
        }

        var method = "PUT"
        var path: String
        var body: Body

        init?(flow: String, tenant: TenantID, integrations: IntegrationRegistry) {
            guard integrations[flow]?.namesSenders != true, let cure = integrations.all.first(where: \.namesSenders)
            else { return nil }
            path = "/v1/tenants/\(tenant)/flow"
            body = Body(flow: cure.name)
        }
    }

    /// - Parameter integrations: those switched on; a flow that names senders may be the cure for one that does not.
    init(senderlessRatio: Double?, connection: Connection, integrations: IntegrationRegistry) {
        self.senderlessRatio = senderlessRatio.map { ($0 * 1000).rounded() / 1000 }
        guard let senderlessRatio, senderlessRatio >= SenderlessWatch.conspicuous, connection.state.answers else {
            return
        }
        let flow = connection.flow.rawValue
        advice = Self.senderlessAdvice(flow: flow, tenant: connection.tenantID, integrations: integrations)
        cure = Cure(flow: flow, tenant: connection.tenantID, integrations: integrations)
    }

    /// What helps a connection whose messages arrive without their sender.
    static func senderlessAdvice(flow: String, tenant: TenantID, integrations: IntegrationRegistry) -> String {
        var advice =
            "Messages arrive without their sender. "
            + "Tick the field messages in the App Dashboard's webhook settings (app level, not only the account)"
        if let cure = Cure(flow: flow, tenant: tenant, integrations: integrations),
            let title = integrations[cure.body.flow]?.title
        {
            advice +=
                ", or switch the tenant to \(title): \(cure.method) \(cure.path) with "
                + "{\"flow\": \"\(cure.body.flow)\"} gives the link for the doctor"
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
        case advice, cure
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(senderlessRatio, forKey: .senderlessRatio)
        try container.encode(advice, forKey: .advice)
        try container.encode(cure, forKey: .cure)
    }
}
