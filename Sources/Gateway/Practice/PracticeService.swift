internal import Integrations
internal import Storage
internal import Tenancy

/// The practice's own page without HTTP: sessions that a link opens, what they show, and what they may change. It never
/// asks Meta anything but to end a connection's webhooks.
struct PracticeService: Sendable {
    /// How long a link lives that a session makes for itself, in seconds.
    private static let linkLifetime = 3600

    let connect: ConnectService
    private let disconnecting: DisconnectService
    let switches: @Sendable (TenantID) -> Switches
    private let sessions: Sessions

    var store: TenancyStore { connect.store }
    var integrations: IntegrationRegistry { connect.integrations }
    var now: Timestamp { connect.clock.now }

    /// - Parameters:
    ///   - connect: makes the pages that a session's links lead to.
    ///   - switches: what is switched on for a tenant.
    init(
        connect: ConnectService, disconnect: DisconnectService,
        switches: @escaping @Sendable (TenantID) -> Switches
    ) {
        self.connect = connect
        disconnecting = disconnect
        self.switches = switches
        sessions = Sessions(connect.store)
    }

    /// The visit of a browser with this secret.
    /// - Parameter accepted: `Accept-Language`.
    /// - Throws: ``ConnectFault/sessionOver``.
    func visit(_ secret: String?, accepted: String?) async throws -> PracticeVisit {
        guard let secret, let session = try await sessions.find(secret, kind: .practice, now: now),
            case .practice(let id, _) = session.owner, let tenant = try await store.tenant(id)
        else { throw ConnectFault.sessionOver }
        return PracticeVisit(
            session: session, tenant: tenant, language: PageLanguage(locale: tenant.locale, accepted: accepted))
    }

    /// The page that asks once more.
    /// - Returns: `nil` where nothing is connected.
    func disconnectPage(_ visit: PracticeVisit) async throws -> DisconnectPage? {
        try await store.read(visit.tenant.id) { try $0.livingConnection() }.map { connection in
            DisconnectPage(
                language: visit.language, practice: visit.tenant.name, account: connection.displayName,
                connection: connection.id.description, csrf: visit.session.formToken)
        }
    }

    /// Makes a link that renews the connection, or makes the first one.
    /// - Returns: its path.
    func reconnect(_ visit: PracticeVisit, by author: AuditAuthor) async throws -> String {
        let living = try await store.read(visit.tenant.id) { try $0.livingConnection() }
        let flow = living?.flow ?? visit.tenant.pendingFlow ?? visit.tenant.flow
        try check(flow, visit)
        let made = try await connect.links.create(
            tenant: visit.tenant.id, flow: flow, purpose: living == nil ? .connect : .reconnect,
            expiresInSeconds: Self.linkLifetime, by: author, now: now)
        return ConnectService.path(made.token)
    }

    /// Begins a switch to another flow, or gives one up where it is the flow in use.
    /// - Returns: the path of the link that finishes it; `nil` where there is nothing to finish.
    func switchFlow(_ visit: PracticeVisit, to name: String, by author: AuditAuthor) async throws -> String? {
        let flow = Flow(rawValue: name)
        try check(flow, visit)
        let now = now
        let begun = try await store.writeGlobal { rows in
            try rows.beginSwitch(of: visit.tenant.id, to: flow, by: author, now: now) { tenant in
                ConnectLinks.make(
                    tenant: tenant.id, flow: flow, purpose: .connect, expiresInSeconds: Self.linkLifetime, now: now)
            }
        }
        return begun.made.map { ConnectService.path($0.token) }
    }

    /// Ends the connection, if it is still the one that the reader was asked about.
    func disconnect(_ visit: PracticeVisit, connection: String, by author: AuditAuthor) async throws {
        guard let id = ConnectionID(connection) else { throw ConnectFault.formForeign }
        try await disconnecting.disconnect(id, of: visit.tenant.id, by: author)
    }

    /// Ends the session.
    func signOut(_ visit: PracticeVisit, by author: AuditAuthor) async throws {
        let (note, now) = (AuditNote(.practiceSignOut, visit.session.handle), now)
        try await sessions.end(visit.session) { try $0.audit(note, of: visit.tenant.id, by: author, now: now) }
    }

    private func check(_ flow: Flow, _ visit: PracticeVisit) throws {
        _ = try connect.integration(flow)
        guard connect.mayConnect(visit.tenant.id) else { throw ConnectFault.connectingOff }
    }
}
