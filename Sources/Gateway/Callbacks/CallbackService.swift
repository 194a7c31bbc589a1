public import Integrations
public import Logging
internal import Storage
public import Tenancy

/// Meta's deauthorize and data-deletion callbacks, without HTTP (Meta, "Data Deletion Request Callback").
///
/// One person may have connected several practices: each callback changes all of them in one transaction, so that Meta
/// hears that it is done when all of it is. Nothing is asked of Meta: the access that it names has ended there.
public struct CallbackService: Sendable {
    private let store: TenancyStore
    private let secrets: [WebhookSecret]
    private let publicURL: String
    private let clock: any WallClock
    private let logger: Logger
    private let onReleased: @Sendable () async -> Void

    /// - Parameters:
    ///   - secrets: those of every app, previous ones included.
    ///   - publicURL: base of the status page's address, without a slash at its end.
    ///   - onReleased: called after routes ended, so that those in memory are read anew.
    public init(
        store: TenancyStore, secrets: [WebhookSecret], publicURL: String, clock: any WallClock, logger: Logger,
        onReleased: @escaping @Sendable () async -> Void = {}
    ) {
        self.store = store
        self.secrets = secrets
        self.publicURL = publicURL
        self.clock = clock
        self.logger = logger
        self.onReleased = onReleased
    }

    /// What Meta is told about a deletion, by the names that it wants.
    struct Confirmation: Encodable, Sendable, Equatable {
        var url: String
        var confirmationCode: String

        enum CodingKeys: String, CodingKey {
            case url
            case confirmationCode = "confirmation_code"
        }
    }

    /// The person has removed the app: its connections cannot answer until somebody connects again. A person of whom
    /// nothing is known is no fault.
    /// - Parameters:
    ///   - signed: the form's `signed_request`.
    ///   - requestID: names the request in the audit log.
    /// - Throws: ``SignedRequestError``, before anything is looked up.
    func deauthorize(_ signed: String, requestID: String? = nil) async throws {
        let callback = PersonCallback(try SignedRequest(signed, candidates: secrets))
        let now = clock.now
        let ended = try await change(callback, includingEnded: false) { _, own, connection in
            guard connection.reason != .deauthorized || connection.token != nil,
                try Self.takeAccess(from: connection, own, now: now)
            else { return false }
            try Self.note(.connectionDeauthorize, connection, own, callback, requestID, now: now)
            return true
        }
        tell("deauthorized", callback, ended)
    }

    /// The person wants to be forgotten. Tokens, the person's ids and the user name are destroyed; what patients wrote is
    /// the practice's, and stays, as does the practice's claim on its account.
    /// - Parameters:
    ///   - signed: the form's `signed_request`.
    ///   - requestID: names the request in the audit log.
    /// - Returns: where the person can see what became of it.
    /// - Throws: ``SignedRequestError``, before anything is looked up.
    func deleteData(_ signed: String, requestID: String? = nil) async throws -> Confirmation {
        let callback = PersonCallback(try SignedRequest(signed, candidates: secrets))
        let now = clock.now
        let code = try await DataDeletions(store).code(for: callback.identity)
        let forgotten = try await change(callback, includingEnded: true) { rows, own, connection in
            try Self.takeAccess(from: connection, own, now: now)
            let ids = try own.forget(person: callback.person, of: connection.id)
            let living = try own.connections().filter { $0.state != .disconnected }
            try rows.releaseClaims(
                of: connection.tenantID, accounts: ids.subtracting(living.flatMap(\.claimedIDs)))
            try Self.note(.connectionForget, connection, own, callback, requestID, now: now)
            return true
        } finally: { rows, count in
            try rows.noteDataDeletion(
                code,
                DataDeletion(app: callback.app.rawValue, connections: count, requestedAt: now, doneAt: now))
        }
        if !forgotten.isEmpty { await onReleased() }
        tell("a connecting person's data was deleted", callback, forgotten)
        return Confirmation(url: "\(publicURL)/meta/data-deletion/\(code)", confirmationCode: code)
    }

    /// The page behind a confirmation code.
    /// - Returns: `nil` for a code that was never given.
    func statusPage(_ code: String, in language: PageLanguage) async throws -> DeletionStatusPage? {
        try await DataDeletions(store).find(code).map { DeletionStatusPage($0, in: language) }
    }

    /// - Returns: whether its state is another now; one that has ended stays ended.
    @discardableResult
    private static func takeAccess(from connection: Connection, _ own: TenantRows, now: Timestamp) throws -> Bool {
        try own.destroyToken(connection.id)
        return try own.setState(of: connection.id, to: .reconnectRequired, reason: .deauthorized, now: now)
    }

    /// Notes it in the tenant's audit log; the person's id is in no entry.
    private static func note(
        _ action: AuditNote.Action, _ connection: Connection, _ own: TenantRows, _ callback: PersonCallback,
        _ requestID: String?, now: Timestamp
    ) throws {
        try own.audit(
            AuditNote(action, connection.id.description, detail: ["flow": .word(connection.flow.rawValue)]),
            by: AuditAuthor(.meta(app: callback.app.rawValue), requestID: requestID), now: now)
    }

    /// Finds the person's connections, then looks at each once more within the one transaction that changes them all.
    /// - Parameters:
    ///   - body: changes one, and says whether it did.
    ///   - finally: called at the end of the transaction with the number of changed ones.
    /// - Returns: those that were changed, as they were before.
    private func change(
        _ callback: PersonCallback, includingEnded: Bool,
        _ body: @escaping @Sendable (GlobalRows, TenantRows, Connection) throws -> Bool,
        finally: @escaping @Sendable (GlobalRows, Int) throws -> Void = { _, _ in }
    ) async throws -> [Connection] {
        let found = try await tenants(of: callback, includingEnded: includingEnded)
        return try await store.writeGlobal { rows in
            var changed: [Connection] = []
            for (tenant, keys) in found {
                let own = try rows.rows(of: tenant, keys: keys)
                for connection in try own.connections()
                where callback.concerns(connection) && (includingEnded || connection.state != .disconnected) {
                    if try body(rows, own, connection) { changed.append(connection) }
                }
            }
            try finally(rows, changed.count)
            return changed
        }
    }

    /// The tenants that may have connections of the person, in the order of their ids: two transactions that change
    /// several tenants never wait for each other crosswise.
    private func tenants(
        of callback: PersonCallback, includingEnded: Bool
    ) async throws -> [(TenantID, TenantKeys)] {
        let made = try await store.readGlobal(.operators) { rows in
            try rows.connections(
                ofAppUser: callback.person, flows: callback.flows, includingEnded: includingEnded
            ).map(\.0)
        }
        // Instagram names a person by two ids at times; the one that is no `app_user_id` is an alias.
        let alias = try await store.readGlobal { try $0.route(of: callback.person) }
        var found: [(TenantID, TenantKeys)] = []
        for tenant in Set(made + [alias].compactMap(\.self)).sorted() {
            do {
                found.append((tenant, try await store.keys(of: tenant)))
            } catch KeyError.noTenant {
                // It is being deleted as a whole.
            }
        }
        return found
    }

    /// The person's id is in no record.
    private func tell(_ what: Logger.Message, _ callback: PersonCallback, _ connections: [Connection]) {
        for connection in connections {
            logger.notice(
                what,
                metadata: [
                    "tenant_id": "\(connection.tenantID)", "instagram_page_id": "\(connection.instagramPageID)",
                    "app": "\(callback.app.rawValue)",
                ])
        }
        if connections.isEmpty {
            logger.info("callback changed nothing", metadata: ["app": "\(callback.app.rawValue)"])
        }
    }
}
