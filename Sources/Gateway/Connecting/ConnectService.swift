public import Integrations
public import Logging
public import Tenancy

/// The doctor's way from a connect link to a connection that answers, without HTTP.
///
/// Nothing of the practice changes before the last step, and that step is one transaction: claims, the new connection,
/// the end of the old one, the flow, the link.
public struct ConnectService: Sendable {
    let store: TenancyStore
    let integrations: IntegrationRegistry
    /// Without a slash at its end.
    let publicURL: String
    let clock: any WallClock
    let logger: Logger
    let links: ConnectLinks
    let attempts: OAuthAttempts
    let onActivated: @Sendable (TenantID, ConnectionID) async -> Void
    let mayConnect: @Sendable (TenantID) -> Bool

    /// - Parameters:
    ///   - integrations: those that are switched on.
    ///   - publicURL: base of the redirect URIs, without a slash at its end.
    ///   - mayConnect: whether connecting is switched on for a tenant.
    ///   - onActivated: called after each connect is stored: adopts unrouted events and wakes what has waited.
    public init(
        store: TenancyStore, integrations: IntegrationRegistry, publicURL: String, clock: any WallClock,
        logger: Logger, mayConnect: @escaping @Sendable (TenantID) -> Bool = { _ in true },
        onActivated: @escaping @Sendable (TenantID, ConnectionID) async -> Void
    ) {
        self.store = store
        self.integrations = integrations
        self.publicURL = publicURL
        self.clock = clock
        self.logger = logger
        self.onActivated = onActivated
        self.mayConnect = mayConnect
        links = ConnectLinks(store)
        attempts = OAuthAttempts(store)
    }

    /// Cookies are `Secure` and `__Host-` only where browsers would keep such ones.
    var isSecure: Bool { publicURL.hasPrefix("https://") }

    /// What a link opens.
    enum Opening: Sendable {
        /// The page from which to connect.
        case page(ConnectPage)
        /// A session on the practice's own page; with its secret for the browser.
        case session(secret: String, Session)
    }

    /// Opens a link.
    /// - Parameters:
    ///   - accepted: `Accept-Language`.
    ///   - known: the secret of the session that the browser has; it ends where another begins.
    ///   - requestID: names the request in the audit log.
    func open(
        _ token: String, accepted: String?, replacing known: String? = nil, requestID: String? = nil
    ) async throws -> Opening {
        let link = try await openLink(token)
        let tenant = try await tenant(of: link)
        guard link.purpose == .manage else { return .page(try await page(token, link, tenant, accepted)) }
        let sessions = Sessions(store)
        let now = clock.now
        let opened = try await limited {
            try await sessions.open(.practice(tenant.id, link: link.hash), now: now) { rows, session in
                let note = AuditNote(.practiceSignIn, session.handle)
                try rows.audit(note, by: link, requestID: requestID, now: now)
            }
        }
        if let known, let old = try await sessions.find(known, kind: .practice, now: now) {
            try await sessions.end(old)
        }
        return .session(secret: opened.secret, opened.session)
    }

    /// Tells whoever uses a link too often how long to wait.
    private func limited<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch is TooManyAttempts {
            throw ConnectFailure(fault: .tooManyAttempts)
        }
    }

    private func page(
        _ token: String, _ link: ConnectLink, _ tenant: Tenant, _ accepted: String?
    ) async throws -> ConnectPage {
        let language = PageLanguage(locale: tenant.locale, accepted: accepted)
        let living = try await store.read(link.tenantID) { try $0.livingConnection() }
        let words = FlowTexts.words(of: link.flow.rawValue, in: language)
        let action: ConnectText =
            living.map { $0.flow == link.flow ? .connectAgain : .switchFlow } ?? .goOn
        let time = PageTime(language: language, timezone: tenant.timezone, now: clock.now)
        return ConnectPage(
            language: language, practice: tenant.name, flow: title(of: link.flow), way: words.way, needs: words.needs,
            action: action.text(in: language), authorizePath: "\(Self.path(token))/authorize",
            permissions: try integration(link.flow).requestedScopes.map { scope in
                let words = PermissionTexts.words(of: scope, in: language)
                return ConnectPage.Permission(scope: scope, title: words.title, why: words.why)
            },
            connection: living.map {
                ConnectionLine(
                    account: $0.displayName, flow: title(of: $0.flow), state: $0.state.words(in: language))
            },
            expires: time.exact(link.expiresAt))
    }

    /// The language of a link's practice; else the browser's.
    func language(of token: String?, accepted: String?) async -> PageLanguage {
        let known = PageLanguage(accepted: accepted)
        // Whatever goes wrong here has gone wrong before, and is being told of.
        guard let token, let link = try? await links.find(token), let tenant = try? await self.tenant(of: link) else {
            return known
        }
        return PageLanguage(locale: tenant.locale, accepted: accepted)
    }

    /// Begins a sign-in.
    /// - Parameters:
    ///   - browser: what the browser keeps already; a fresh one is made where there is none.
    ///   - requestID: names the request in the audit log.
    /// - Returns: Meta's consent dialog, and what the browser has to keep.
    func authorize(
        _ token: String, browser: BrowserSecret?, requestID: String? = nil
    ) async throws -> (url: String, browser: BrowserSecret) {
        let link = try await openLink(token)
        guard link.purpose != .manage else { throw ConnectFailure(fault: .linkOnlyShows) }
        let integration = try integration(link.flow)
        let browser = browser ?? BrowserSecret()
        let state = try await limited {
            try await attempts.create(
                link: link, flow: link.flow, browserHash: browser.hash,
                choices: KeptAttempt(linkToken: token).bytes(), requestID: requestID, now: clock.now)
        }
        return (integration.authorizeURL(state: state, redirectURI: redirectURI(link.flow)), browser)
    }

    /// The page after a connect; `nil` while the link was not used.
    /// - Parameters:
    ///   - accepted: `Accept-Language`.
    ///   - session: the secret of the browser's session on a practice's page.
    func donePage(_ token: String, accepted: String?, session: String? = nil) async throws -> DonePage? {
        guard let link = try await links.find(token) else { throw ConnectFailure(fault: .linkUnknown) }
        guard link.usedAt != nil else { return nil }
        let tenant = try await tenant(of: link)
        let connection = try await store.read(link.tenantID) { try $0.answeringConnection() }
        guard let connection else { throw ConnectFailure(fault: .linkUsed) }
        var path: String?
        if let session,
            let open = try await Sessions(store).find(session, kind: .practice, now: clock.now),
            case .practice(tenant.id, _) = open.owner
        {
            path = PracticeRoutes.path
        }
        return DonePage(
            language: PageLanguage(locale: tenant.locale, accepted: accepted), practice: tenant.name,
            account: connection.displayName, flow: title(of: connection.flow), practicePath: path)
    }

    static func path(_ token: String) -> String { "/connect/\(token)" }

    func redirectURI(_ flow: Flow) -> String { "\(publicURL)/oauth/\(flow.rawValue)/callback" }

    /// Where the browser goes after a connect.
    func destination(of link: ConnectLink, token: String) -> String {
        link.returnURL ?? "\(Self.path(token))/done"
    }

    func openLink(_ token: String) async throws -> ConnectLink {
        guard let link = try await links.find(token) else { throw ConnectFailure(fault: .linkUnknown) }
        try check(link)
        return link
    }

    func check(_ link: ConnectLink) throws {
        if link.usedAt != nil { throw ConnectFailure(fault: .linkUsed) }
        if !link.isOpen(at: clock.now) { throw ConnectFailure(fault: .linkExpired) }
        guard link.purpose == .manage || mayConnect(link.tenantID) else { throw ConnectFault.connectingOff }
    }

    func tenant(of link: ConnectLink) async throws -> Tenant {
        guard let tenant = try await store.tenant(link.tenantID) else { throw ConnectFailure(fault: .linkUnknown) }
        return tenant
    }

    func integration(_ flow: Flow) throws -> any Integration {
        if let integration = integrations[flow.rawValue] { return integration }
        let known = IntegrationRegistry.known.first { $0.name == flow.rawValue }
        throw ConnectFailure(fault: .flowOff(known?.title))
    }

    /// A flow's name for people.
    func title(of flow: Flow) -> String {
        IntegrationRegistry.known.first { $0.name == flow.rawValue }?.title ?? flow.rawValue
    }
}

extension Connection {
    /// What a person knows the account by.
    var displayName: String { username.map { "@\($0)" } ?? instagramPageID }
}

extension Connection.State {
    /// For the doctor's pages.
    func words(in language: PageLanguage) -> String {
        let text: PracticeText =
            switch self {
            case .pending: .statePending
            case .active: .stateActive
            case .degraded: .stateDegraded
            case .reconnectRequired: .stateReconnect
            case .disconnected: .stateEnded
            }
        return text.text(in: language)
    }
}
