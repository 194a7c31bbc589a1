internal import Foundation
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

    /// The page of a link.
    func page(_ token: String) async throws -> ConnectPage {
        let link = try await openLink(token)
        let tenant = try await tenant(of: link)
        let living = try await store.read(link.tenantID) { rows in
            try rows.answeringConnection() ?? rows.connections().first { $0.state != .disconnected }
        }
        let isForConnecting = link.purpose != .manage
        let integration = isForConnecting ? try integration(link.flow) : integrations[link.flow.rawValue]
        return ConnectPage(
            practice: tenant.name, flow: title(of: link.flow),
            action: living == nil ? "Continue" : living?.flow == link.flow ? "Connect again" : "Switch",
            authorizePath: isForConnecting ? "\(Self.path(token))/authorize" : nil,
            scopes: integration?.requestedScopes ?? [],
            connection: living.map {
                ConnectionLine(account: $0.displayName, flow: title(of: $0.flow), state: $0.state.words)
            },
            expires: Self.wallClock(link.expiresAt, timezone: tenant.timezone))
    }

    /// Begins a sign-in.
    /// - Parameter browser: what the browser keeps already; a fresh one is made where there is none.
    /// - Returns: Meta's consent dialog, and what the browser has to keep.
    func authorize(_ token: String, browser: BrowserSecret?) async throws -> (url: String, browser: BrowserSecret) {
        let link = try await openLink(token)
        guard link.purpose != .manage else { throw ConnectFailure(fault: .linkOnlyShows) }
        let integration = try integration(link.flow)
        let browser = browser ?? BrowserSecret()
        let state = try await attempts.create(
            link: link, flow: link.flow, browserHash: browser.hash, choices: KeptAttempt(linkToken: token).bytes(),
            now: clock.now)
        return (integration.authorizeURL(state: state, redirectURI: redirectURI(link.flow)), browser)
    }

    /// The page after a connect; `nil` while the link was not used.
    func donePage(_ token: String) async throws -> DonePage? {
        guard let link = try await links.find(token) else { throw ConnectFailure(fault: .linkUnknown) }
        guard link.usedAt != nil else { return nil }
        let practice = try await tenant(of: link)
        let connection = try await store.read(link.tenantID) { try $0.answeringConnection() }
        guard let connection else { throw ConnectFailure(fault: .linkUsed) }
        return DonePage(
            practice: practice.name, account: connection.displayName, flow: title(of: connection.flow))
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
        throw ConnectFailure(fault: .flowOff(known?.offReason ?? "This way of connecting is not known."))
    }

    private func title(of flow: Flow) -> String {
        IntegrationRegistry.known.first { $0.name == flow.rawValue }?.title ?? flow.rawValue
    }

    private static func wallClock(_ moment: Timestamp, timezone: String) -> String {
        let zone = TimeZone(identifier: timezone) ?? .gmt
        let style = Date.VerbatimFormatStyle(
            format: """
                \(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)
                """,
            timeZone: zone, calendar: Calendar(identifier: .gregorian))
        return Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000).formatted(style)
            + " (\(zone.identifier))"
    }
}

extension Connection {
    /// What a person knows the account by.
    var displayName: String { username.map { "@\($0)" } ?? instagramPageID }
}

extension Connection.State {
    /// For the doctor's pages.
    var words: String {
        switch self {
        case .pending: "being set up"
        case .active: "working"
        case .degraded: "working, but something wants attention"
        case .reconnectRequired: "not working: please connect again"
        case .disconnected: "ended"
        }
    }
}
