internal import Foundation
internal import Integrations
internal import Tenancy

/// A notice as the operational webhook tells it: what happened, and what to do about it. No patient, text, token or
/// address of a link is in it.
struct NoticeBody: Encodable, Sendable {
    private struct Content: Encodable, Sendable {
        var tenantID: String?
        var connectionID: String?
        var flows: [String]
        var instagramPageID: String?
        var state: String?
        var stateReason: String?
        var days: Int?
        var tokenExpiresAt: String?
        var advice: String?

        enum CodingKeys: String, CodingKey {
            case flows, state, advice
            case tenantID = "tenant_id"
            case connectionID = "connection_id"
            case instagramPageID = "instagram_page_id"
            case stateReason = "state_reason"
            case days = "token_days_left"
            case tokenExpiresAt = "token_expires_at"
        }
    }

    private var type: String
    private var timestamp: String
    private var data: Content

    /// - Parameter integrations: those switched on; one of them may be the cure for another.
    init(_ notice: Notice, integrations: IntegrationRegistry) {
        let isOfService = notice.tenantID == .system
        let facts = notice.facts
        type = notice.kind.rawValue
        timestamp = notice.createdAt.rfc3339
        data = Content(
            tenantID: isOfService ? nil : notice.tenantID.description,
            connectionID: isOfService ? nil : notice.subject,
            flows: isOfService
                ? IntegrationRegistry.known.filter { $0.app.rawValue == notice.subject }.map(\.name)
                : [facts.flow].compactMap(\.self),
            instagramPageID: facts.instagramPageID, state: facts.state, stateReason: facts.reason, days: facts.days,
            tokenExpiresAt: facts.tokenExpiresAt.map { Timestamp(milliseconds: $0).rfc3339 },
            advice: Self.advice(notice, integrations))
    }

    /// The bytes that are signed and sent; the same for the same notice.
    func bytes() throws -> [UInt8] { Array(try APIJSON.encoder.encode(self)) }

    /// What to do about it; `nil` where nothing is to be done.
    private static func advice(_ notice: Notice, _ integrations: IntegrationRegistry) -> String? {
        let path = "/v1/tenants/\(notice.tenantID)/connections/\(notice.subject)"
        let link = "send the doctor a link: POST \(path)/reconnect"
        switch notice.kind {
        case .connectionHealed, .breakerClosed: return nil
        case .breakerOpened:
            return
                "Many accounts fail at once. Look at Meta's status page, and at the app itself in the App Dashboard: is "
                + "it live, has it kept its permissions? Replies wait, and sending goes on by itself."
        case .connectionTokenExpiring:
            return "The token could not be renewed. The log tells why; if it goes on, \(link)"
        case .connectionDisconnected: return "The practice has to be connected anew."
        case .connectionReconnectRequired, .connectionDegraded:
            switch notice.facts.reason.flatMap(Connection.Reason.init(rawValue:)) {
            case .tokenDead: return "Meta does not accept the token any more: \(link)"
            case .deauthorized: return "Somebody has removed the app from the account: \(link)"
            case .scopesMissing:
                return
                    "A permission is missing. Access to messages must be on in the Instagram app (Settings, Messages, Connected "
                    + "tools), and every switch of the dialog must stay on: \(link)"
            case .notSubscribed:
                return
                    "Meta does not deliver messages. Is the account still linked to its Page, if it has one? Tick the fields in the "
                    + "App Dashboard, then \(link)"
            case .senderless:
                return ConnectionHealth.senderlessAdvice(
                    flow: notice.facts.flow ?? "", tenant: notice.tenantID, integrations: integrations)
            case .tokenExpiring, .replaced, .requested, nil: return "Look at the connection: POST \(path)/check"
            }
        }
    }
}
