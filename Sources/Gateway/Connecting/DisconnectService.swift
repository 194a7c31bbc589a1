public import Integrations
public import Logging
public import Tenancy

/// Ends connections on request.
public struct DisconnectService: Sendable {
    private let store: TenancyStore
    private let integrations: IntegrationRegistry
    private let clock: any WallClock
    private let logger: Logger
    private let onReleased: @Sendable (TenantID) async -> Void

    /// - Parameter onReleased: called after claims ended, so that the routes in memory are read anew.
    public init(
        store: TenancyStore, integrations: IntegrationRegistry, clock: any WallClock, logger: Logger,
        onReleased: @escaping @Sendable (TenantID) async -> Void = { _ in }
    ) {
        self.store = store
        self.integrations = integrations
        self.clock = clock
        self.logger = logger
        self.onReleased = onReleased
    }

    /// Ends a connection: its token is destroyed, its claims end, its history stays, and its webhooks are ended at Meta
    /// as far as Meta can be reached, unless they are somebody's again.
    /// - Parameter author: who asks for it, for the audit log.
    /// - Returns: whether it was ended now; `false` when there is none or it had ended before.
    @discardableResult
    public func disconnect(
        _ id: ConnectionID, of tenant: TenantID, by author: AuditAuthor
    ) async throws -> Bool {
        let now = clock.now
        let keys = try await store.keys(of: tenant)
        let ended = try await store.writeGlobal { rows -> Connection? in
            let own = try rows.rows(of: tenant, keys: keys)
            guard let connection = try own.connection(id),
                try own.setState(of: id, to: .disconnected, reason: .requested, now: now)
            else { return nil }
            try own.destroyToken(id)
            let stillClaimed = try own.connections().filter { $0.state != .disconnected }.flatMap(\.claimedIDs)
            try rows.releaseClaims(of: tenant, accounts: Set(connection.claimedIDs).subtracting(stillClaimed))
            let note = AuditNote(
                .connectionDisconnect, id.description, detail: ["flow": .word(connection.flow.rawValue)])
            try own.audit(note, by: author, now: now)
            return connection
        }
        guard let ended else { return false }
        await onReleased(tenant)
        logger.notice(
            "disconnected",
            metadata: ["tenant_id": "\(tenant)", "instagram_page_id": "\(ended.instagramPageID)"])
        // Another practice may have connected the account since its claims ended.
        await integrations.endWebhooks(
            of: ended, unlessNeededIn: store, failure: "the ended connection's webhooks could not be ended",
            logger: logger)
        return true
    }
}
