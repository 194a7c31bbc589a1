internal import Foundation
public import Integrations
public import Tenancy

/// Looks at one connection: is its token alive, are scopes and subscriptions there, do webhooks arrive.
///
/// It changes nothing: a connection's state is the pipeline's affair.
public struct ConnectionCheck: Sendable {
    private let integrations: IntegrationRegistry
    private let now: Timestamp

    /// - Parameters:
    ///   - integrations: those switched on.
    ///   - now: what ages are counted to.
    public init(integrations: IntegrationRegistry, now: Timestamp) {
        self.integrations = integrations
        self.now = now
    }

    /// - Returns: the results in the order in which faults should be mended.
    public func run(_ connection: Connection) async -> [CheckResult] {
        guard let integration = integrations[connection.flow.rawValue] else {
            let off = integrations.off.first { $0.name == connection.flow.rawValue }
            return [
                CheckResult(
                    "flow", .fail, off?.offReason ?? "The flow \(connection.flow.rawValue) is unknown.",
                    fix: "set the app's id and secret, or switch the tenant to another flow")
            ]
        }
        guard connection.state.answers else {
            return [
                CheckResult(
                    "state", connection.state == .pending ? .warn : .fail,
                    "\(connection.state.rawValue): \(connection.reason?.rawValue ?? "no reason")",
                    fix: connection.state == .disconnected
                        ? "it has ended; send the doctor a new link: POST /v1/tenants/\(connection.tenantID)/connect-links"
                        : "send the doctor a link: POST .../connections/\(connection.id)/reconnect")
            ]
        }
        guard let access = AccountAccess(connection) else {
            return [
                CheckResult("token", .fail, "There is no token.", fix: "send the doctor a reconnect link")
            ]
        }
        var results = [expiry(connection)]
        do {
            let inspection = try await integration.inspect(access)
            results += identity(inspection, connection, access)
            let messages = try? await integration.messageAccess(access)
            results.append(scopes(inspection.scopes ?? connection.scopes, messages, integration))
            results.append(subscriptions(try await integration.subscribedFields(access), integration))
        } catch {
            results.append(fault(error))
        }
        results.append(webhooks(connection))
        return results
    }

    private func expiry(_ connection: Connection) -> CheckResult {
        guard let end = connection.tokenExpiresAt else { return CheckResult("token age", .pass, "does not end by age") }
        let days = Double(end.milliseconds - now.milliseconds) / 86_400_000
        let detail = "ends \(end.rfc3339)"
        if days <= 0 { return CheckResult("token age", .fail, detail, fix: "send the doctor a reconnect link") }
        return days < 7
            ? CheckResult("token age", .warn, detail, fix: "see the log for why its renewal fails")
            : CheckResult("token age", .pass, detail)
    }

    private func identity(
        _ inspection: TokenInspection, _ connection: Connection, _ access: AccountAccess
    ) -> [CheckResult] {
        if inspection.reaches(connection.ownIDs, through: access) {
            return [CheckResult("token", .pass, inspection.instagramPageID.map { "valid, account \($0)" } ?? "valid")]
        }
        guard let account = inspection.instagramPageID else {
            return [
                CheckResult(
                    "token", .fail, "valid, but its Page shows no linked Instagram account",
                    fix: "let the doctor link the account to the Page again (Page settings, Linked accounts)")
            ]
        }
        return [
            CheckResult(
                "token", .fail, "belongs to account \(account), not to \(connection.instagramPageID)",
                fix: "disconnect, and let the doctor connect the right account")
        ]
    }

    private func scopes(
        _ granted: [String], _ messages: MessageAccess?, _ integration: any Integration
    ) -> CheckResult {
        let missing = integration.requiredScopes.filter { !granted.contains($0) }
        guard missing.isEmpty else {
            return CheckResult(
                "scopes", .fail, "missing: \(missing.joined(separator: ", "))",
                fix: "send the doctor a reconnect link; every switch of the dialog must stay on")
        }
        return switch messages {
        case .granted: CheckResult("scopes", .pass, "all granted")
        case .refused:
            CheckResult(
                "scopes", .fail, "Meta does not let messages be read",
                fix:
                    "let the doctor switch on access to messages in the Instagram app, then send a reconnect link; every "
                    + "switch of the dialog must stay on")
        case .appMayNot:
            CheckResult(
                "scopes", .fail, "Meta does not let the app itself read messages",
                fix: "see in the App Dashboard that the app is live and has Advanced Access to messages")
        case nil:
            CheckResult(
                "scopes", .warn, "all listed; whether messages may be read is not known", fix: "try again later")
        }
    }

    private func subscriptions(_ fields: [String], _ integration: any Integration) -> CheckResult {
        let missing = integration.webhookFields.filter { !fields.contains($0) }
        if missing.isEmpty { return CheckResult("subscriptions", .pass, fields.joined(separator: ", ")) }
        // Without messages nothing is answered; the other fields only tell more.
        return CheckResult(
            "subscriptions", missing.contains("messages") ? .fail : .warn,
            "missing: \(missing.joined(separator: ", "))",
            fix: "tick the fields in the App Dashboard, then reconnect the account")
    }

    private func webhooks(_ connection: Connection) -> CheckResult {
        guard let last = connection.lastWebhookAt else {
            return CheckResult(
                "last webhook", .warn, "none yet",
                fix: "write to the account; if nothing comes, check the callback address and the app's live mode")
        }
        let days = (now.milliseconds - last.milliseconds) / 86_400_000
        return days >= 7
            ? CheckResult("last webhook", .warn, "\(last.rfc3339), \(days) days ago", fix: "write to the account")
            : CheckResult("last webhook", .pass, last.rfc3339)
    }

    private func fault(_ error: GraphError) -> CheckResult {
        switch error.kind {
        case .tokenDead:
            CheckResult("token", .fail, "dead (\(error))", fix: "send the doctor a reconnect link")
        case .notSent, .noAnswer, .transient, .throttled:
            CheckResult("token", .warn, "Meta did not answer (\(error))", fix: "try again later")
        default:
            CheckResult("token", .fail, "Meta refused (\(error))", fix: "send the doctor a reconnect link")
        }
    }
}
