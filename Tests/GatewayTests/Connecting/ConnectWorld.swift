import Cryptography
import Foundation
import Integrations
import MetaSandbox
import Metrics
import Storage
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The connect flow over real HTTP: the sandbox as Meta, a real database, the real routes.
final class ConnectWorld: Sendable {
    let sandbox: SandboxControl
    let clock: ManualClock
    let log = CapturedLog()
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let activated = Mutex<[ConnectionID]>([])
    /// Whether connecting is switched on.
    let mayConnect = Atomic(true)
    /// What is switched on.
    let switches = Mutex(Switches())
    let client: CurlTransport
    let publicURL: String
    /// Both apps' secrets.
    let secrets: [WebhookSecret]
    private let address = Mutex("")
    private let database: WorldDatabase
    private let tasks = Mutex<[RunningService]>([])

    init(publicURL: String = "http://localhost:8080") async throws {
        self.publicURL = publicURL
        let begin = Timestamp(milliseconds: 1_790_000_000_000)
        database = try await WorldDatabase(now: begin.milliseconds)
        let settings = SandboxConfiguration(echoDelay: 0)
        let meta = try SandboxServer(configuration: settings)
        sandbox = meta.control
        tasks.withLock { $0.append(RunningService(meta)) }
        let base = "http://127.0.0.1:\(try await meta.port())"
        clock = ManualClock(begin) { [sandbox] moment in
            sandbox.setClock(milliseconds: moment.milliseconds)
        }
        client = try CurlTransport()
        secrets = [
            WebhookSecret(app: .instagram, key: try HMACKey(utf8: settings.instagramApp.secret)),
            WebhookSecret(app: .facebook, key: try HMACKey(utf8: settings.facebookApp.secret)),
        ]
        integrations = IntegrationRegistry([
            InstagramLogin(
                InstagramLoginConfiguration(
                    appID: settings.instagramApp.id, appSecret: settings.instagramApp.secret,
                    authorizeURL: "\(base)/instagram/oauth/authorize", apiURL: "\(base)/instagram-api",
                    graphURL: "\(base)/instagram-graph", facebookGraphURL: "\(base)/facebook-graph"),
                transport: client),
            FacebookPage(
                FacebookPageConfiguration(
                    appID: settings.facebookApp.id, appSecret: settings.facebookApp.secret,
                    authorizeURL: "\(base)/facebook/dialog/oauth", graphURL: "\(base)/facebook-graph",
                    instagramGraphURL: "\(base)/instagram-graph"),
                transport: client),
        ])
        let keyRing = try #require(KeyRing([("test", try SealingKey(RandomBytes.make(32)))]))
        store = TenancyStore(engine: database.engine, keyRing: keyRing)
        try await store.bootstrap(now: clock.now)
        try await serve()
    }

    private func serve() async throws {
        let service = ConnectService(
            store: store, integrations: integrations, publicURL: publicURL, clock: clock, logger: log.logger,
            mayConnect: { _ in self.mayConnect.load(ordering: .relaxed) },
            onActivated: { _, connection in
                self.activated.withLock { $0.append(connection) }
            })
        let router = GatewayRouter()
        try addConnectRoutes(to: router, service: service)
        try addPracticeRoutes(
            to: router, connect: service,
            disconnect: DisconnectService(
                store: store, integrations: integrations, clock: clock, logger: log.logger),
            switches: { _ in self.switches.withLock { $0 } })
        try addCallbackRoutes(
            to: router,
            service: CallbackService(
                store: store, secrets: secrets, publicURL: publicURL, clock: clock, logger: log.logger),
            logger: log.logger)
        let key = SealingKey.generate().key
        var configuration = GatewayConfiguration(
            encryptionKeys: [.init(id: "test", key: key)], webhookVerifyToken: Secret("verify"))
        configuration.port = 0
        let receiver = WebhookReceiver(secrets: [], store: store, routes: RouteTable(store: store), clock: clock) {}
        let responder = GatewayResponder(
            webhooks: WebhookEndpoint(
                receiver: receiver, metrics: GatewayMetrics(NOOPMetricsHandler.instance),
                verifyToken: Secret("verify")),
            routes: router.responder())
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let server = GatewayServer(configuration, responder: responder, logger: log.logger) { listening.yield($0) }
        tasks.withLock { $0.append(RunningService(server)) }
        for await port in ports {
            address.withLock { $0 = "http://127.0.0.1:\(port)" }
            return
        }
    }

    var base: String { address.withLock { $0 } }

    func end() async {
        let running = tasks.withLock { $0 }
        for service in running { await service.ended() }
        client.shutdown()
        await store.engine.close()
        await database.close()
    }

    func tenant(
        _ name: String = "Praxis Nord", flow: SandboxFlow = .instagramLogin, locale: String = "en"
    ) async throws -> Tenant {
        try await store.createTenant(
            name: name, flow: Flow(rawValue: flow.rawValue), timezone: "Europe/Berlin", locale: locale, now: clock.now)
    }

    /// - Returns: the link's token.
    func link(
        _ tenant: Tenant, flow: SandboxFlow = .instagramLogin, purpose: ConnectLink.Purpose = .connect,
        returnURL: String? = nil, seconds: Int = 3600
    ) async throws -> String {
        try await ConnectLinks(store).create(
            tenant: tenant.id, flow: Flow(rawValue: flow.rawValue), purpose: purpose, returnURL: returnURL,
            expiresInSeconds: seconds, now: clock.now
        ).token
    }

    /// Goes the whole way with a fresh browser.
    @discardableResult
    func connect(_ tenant: Tenant, flow: SandboxFlow = .instagramLogin, as account: String) async throws
        -> Browser.Answer
    {
        let browser = Browser(self)
        let token = try await link(tenant, flow: flow)
        return try await browser.signIn(token, "&auto=allow&account=\(account)")
    }

    func connections(_ tenant: Tenant) async throws -> [Connection] {
        try await store.read(tenant.id) { try $0.connections() }
    }

    /// The tenant's audit log, newest first.
    func noted(_ tenant: Tenant) async throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.tenantID = tenant.id
        return try await store.auditEntries(filter, limit: 100).items
    }

    func routes() async throws -> [Route] {
        try await store.readGlobal { try $0.routes() }
    }

    func isOpen(_ token: String) async throws -> Bool {
        try #require(try await ConnectLinks(store).find(token)).isOpen(at: clock.now)
    }
}

/// A browser as far as the flow needs one: keeps cookies, sends no fragment, follows what a test tells it to.
final class Browser: Sendable {
    struct Answer: Sendable {
        var status: Int
        var location: String?
        var text: String
        var headers: [(name: String, value: String)]

        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    private let world: ConnectWorld
    private let cookies = Mutex<[String: String]>([:])

    init(_ world: ConnectWorld) {
        self.world = world
    }

    /// What it keeps; a test may plant something of its own.
    subscript(cookie name: String) -> String? {
        get { cookies.withLock { $0[name] } }
        set { cookies.withLock { $0[name] = newValue } }
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ form: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send(.post, path, form, headers: headers)
    }

    /// - Parameter consent: what the person does at Meta's dialog.
    /// - Returns: what the callback answered.
    func signIn(_ token: String, _ consent: String) async throws -> Answer {
        try await get(try await callback(token, consent))
    }

    /// Goes to Meta's dialog and back to the door.
    /// - Returns: the callback's path with its query.
    func callback(_ token: String, _ consent: String) async throws -> String {
        let begun = try await get("/connect/\(token)/authorize")
        #expect(begun.status == 302)
        let dialog = try await world.client.send(
            HTTPRequest(.get, try #require(begun.location) + consent, isIdempotent: false))
        let back = try #require(dialog.header("Location"))
        #expect(back.hasPrefix(world.publicURL + "/oauth/"))
        return String(try #require(back.dropFirst(world.publicURL.count).split(separator: "#").first))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ form: String? = nil, headers more: [String: String] = [:]
    ) async throws -> Answer {
        var headers: [(name: String, value: String)] = more.map { ($0.key, $0.value) }
        let kept = cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
        if !kept.isEmpty { headers.append((name: "Cookie", value: kept)) }
        if form != nil { headers.append((name: "Content-Type", value: "application/x-www-form-urlencoded")) }
        let response = try await world.client.send(
            HTTPRequest(
                method, world.base + path, headers: headers, body: form.map { Array($0.utf8) }, isIdempotent: false))
        if let cookie = response.header("Set-Cookie"), let pair = cookie.split(separator: ";").first {
            let parts = pair.split(separator: "=", maxSplits: 1)
            // An empty value stands for a cookie that is taken back.
            cookies.withLock { $0[String(parts[0])] = parts.count > 1 ? String(parts[1]) : nil }
        }
        return Answer(
            status: response.status, location: response.header("Location"),
            text: String(decoding: response.body, as: UTF8.self), headers: response.headers)
    }
}
