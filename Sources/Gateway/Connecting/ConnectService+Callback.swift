internal import Integrations
internal import Logging
internal import Tenancy

extension ConnectService {
    /// What came back from Meta's dialog.
    struct Callback: Sendable {
        var flow: Flow
        var state: String?
        var code: String?
        /// `access_denied` where the person said no.
        var error: String?
        /// Names the request in the audit log.
        var requestID: String?
    }

    /// Finishes a sign-in: connects the one account that can be, or keeps several to choose among.
    /// - Returns: where the browser goes next.
    func finish(_ callback: Callback, browser: BrowserSecret?) async throws -> String {
        let integration = try integration(callback.flow)
        let attempt = try await takeBack(callback, browser: browser)
        func linkNow() async throws -> ConnectLink? {
            try await store.readGlobal { try $0.connectLink(attempt.linkHash) }
        }
        guard let link = try await linkNow() else { throw ConnectFailure(fault: .stateUnknown) }
        guard let kept = try await attempts.choices(of: attempt, tenant: link.tenantID) else {
            // Another attempt that has used the link a moment ago makes this one be forgotten.
            throw ConnectFailure(fault: try await linkNow()?.usedAt == nil ? .stateUnknown : .linkUsed)
        }
        let token = try KeptAttempt(bytes: kept).linkToken
        return try await noting(link, requestID: callback.requestID) {
            try await fromThere(token) {
                try check(link)
                if let error = callback.error {
                    throw error == "access_denied" ? ConnectFault.denied : .meta(GraphError(.unsupported))
                }
                guard let code = callback.code, !code.isEmpty else { throw ConnectFault.meta(GraphError(.malformed)) }
                let grant = try await integration.exchange(code: code, redirectURI: redirectURI(callback.flow))
                let missing = Set(integration.requiredScopes).subtracting(grant.scopes)
                guard missing.isEmpty else { throw ConnectFault.scopesMissing(missing.sorted()) }
                let accounts = try await integration.accounts(of: grant)
                let eligible = accounts.filter(\.isEligible)
                guard let first = eligible.first else { throw ConnectFault.nothingEligible(accounts) }
                if eligible.count == 1 {
                    try await connect(
                        first, scopes: grant.scopes, userID: grant.userID, link: link,
                        requestID: callback.requestID)
                    return destination(of: link, token: token)
                }
                var choices = KeptAttempt(linkToken: token)
                choices.scopes = grant.scopes
                choices.userID = grant.userID
                choices.accounts = accounts.map(KeptAttempt.Account.init)
                try await attempts.storeChoices(try choices.bytes(), for: attempt, of: link.tenantID, now: clock.now)
                return "\(Self.path(token))/accounts"
            }
        }
    }

    /// Notes in the tenant's audit log that connecting has failed, and why, by a bounded word.
    func noting<Value>(
        _ link: ConnectLink, requestID: String?, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let failure as ConnectFailure {
            let note = AuditNote(
                .connectLinkFail, link.handle,
                detail: ["flow": .word(link.flow.rawValue), "fault": .word(failure.fault.word)])
            let now = clock.now
            do {
                try await store.writeGlobal { try $0.audit(note, by: link, requestID: requestID, now: now) }
            } catch is TooManyAttempts {
                logger.notice(
                    "a failed connect is one too many to be noted",
                    metadata: ["tenant_id": "\(link.tenantID)", "fault": "\(failure.fault.word)"])
            } catch {
                // The person is told what went wrong all the same.
                logger.error(
                    "a failed connect could not be noted", metadata: ["error": "\(LoggableError.describe(error))"])
            }
            throw failure
        }
    }

    /// Adds to a fault where to begin again.
    func fromThere<Value>(_ token: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let fault as ConnectFault {
            throw ConnectFailure(fault: fault, path: Self.path(token))
        } catch let error as GraphError {
            throw ConnectFailure(fault: .meta(error), path: Self.path(token))
        }
    }

    /// The page that an attempt began from; `nil` where that was forgotten.
    private func beginning(of state: String) async throws -> String? {
        guard let attempt = try await attempts.find(state: state) else { return nil }
        let link = try await store.readGlobal { try $0.connectLink(attempt.linkHash) }
        guard let link, let kept = try await attempts.choices(of: attempt, tenant: link.tenantID) else { return nil }
        return Self.path(try KeptAttempt(bytes: kept).linkToken)
    }

    private func takeBack(_ callback: Callback, browser: BrowserSecret?) async throws -> OAuthAttempt {
        do {
            return try await attempts.consume(
                state: callback.state ?? "", flow: callback.flow, browserHash: browser?.hash, now: clock.now)
        } catch let failure as OAuthAttemptFailure {
            switch failure {
            case .unknown: throw ConnectFailure(fault: .stateUnknown)
            case .expired:
                throw ConnectFailure(fault: .stateExpired, path: try? await beginning(of: callback.state ?? ""))
            case .reused: throw ConnectFailure(fault: .stateReused)
            case .foreignBrowser: throw ConnectFailure(fault: .foreignBrowser)
            }
        }
    }
}
