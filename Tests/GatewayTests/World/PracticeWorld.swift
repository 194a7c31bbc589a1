import Cryptography
import Foundation
import Integrations
import Logging
import MetaSandbox
import Storage
import Synchronization
import Tenancy
import TestSupport

@testable import Gateway

/// A whole small world in one process: the sandbox over real HTTP, a real database, the real pipeline, and a clock that
/// a test moves. Webhooks go from the sandbox into the receiver with their real bytes and signatures.
final class PracticeWorld: Sendable {
    struct Practice: Sendable {
        var tenant: TenantID
        var connection: ConnectionID
        var account: SandboxAccount
        var flow: SandboxFlow
        /// Both of Meta's apps are subscribed: whatever happens is told twice.
        var isToldTwice = false
    }

    struct Running: Sendable {
        var engine: FencedEngine
        var store: TenancyStore
        var pipeline: Pipeline
        var receiver: WebhookReceiver
        var task: Task<Void, any Error>
    }

    let sandbox: SandboxControl
    let clock: ManualClock
    let log = CapturedLog()
    /// What `/metrics` would show; it outlives crashes.
    let registry = PrometheusRegistry(descriptions: GatewayMetrics.descriptions)
    let settings: PipelineSettings
    private let database: WorldDatabase
    private let server: RunningService
    private let transport: CurlTransport
    /// Changes Meta's answers where the sandbox's own are not what a story needs.
    let answers: RetouchedTransport
    /// Makes the database throw.
    let stumbling = Stumbling()
    /// Every token that a connection was given.
    let tokens = Mutex<[String]>([])
    let integrations: IntegrationRegistry
    private let secrets: [WebhookSecret]
    let keyRing: KeyRing
    let delivery: DeliveryTransport
    private let running = Mutex<Running?>(nil)
    let practices = Mutex<[Practice]>([])

    /// Where owners are told; `nil` calls nobody.
    private let notify: GatewayConfiguration.Notify?

    init(
        seed: UInt64 = 1, settings: PipelineSettings = PipelineSettings(), notify: GatewayConfiguration.Notify? = nil
    ) async throws {
        self.notify = notify
        self.settings = settings
        let begin = Timestamp(milliseconds: 1_790_000_000_000)
        database = try await WorldDatabase(now: begin.milliseconds)
        var configuration = SandboxConfiguration(
            callbackURL: "http://127.0.0.1/webhooks/meta", seed: seed, echoDelay: 0, retryIntervals: [3_600_000])
        configuration.concurrency = 4
        delivery = DeliveryTransport()
        let sandboxServer = try SandboxServer(configuration: configuration, transport: delivery)
        sandbox = sandboxServer.control
        server = RunningService(sandboxServer)
        let base = "http://127.0.0.1:\(try await sandboxServer.port())"
        clock = ManualClock(begin) { [sandbox] moment in sandbox.setClock(milliseconds: moment.milliseconds) }
        transport = try CurlTransport()
        answers = RetouchedTransport(transport)
        integrations = IntegrationRegistry([
            InstagramLogin(
                InstagramLoginConfiguration(
                    appID: configuration.instagramApp.id, appSecret: configuration.instagramApp.secret,
                    graphURL: base + "/instagram-graph", facebookGraphURL: base + "/facebook-graph"),
                transport: answers),
            FacebookPage(
                FacebookPageConfiguration(
                    appID: configuration.facebookApp.id, appSecret: configuration.facebookApp.secret,
                    graphURL: base + "/facebook-graph", instagramGraphURL: base + "/instagram-graph"),
                transport: answers),
        ])
        secrets = [
            WebhookSecret(app: .instagram, key: try HMACKey(utf8: configuration.instagramApp.secret)),
            WebhookSecret(app: .facebook, key: try HMACKey(utf8: configuration.facebookApp.secret)),
        ]
        guard let keyRing = KeyRing([(id: "test", key: try SealingKey(RandomBytes.make(32)))]) else {
            throw StorageError(.other, "no key")
        }
        self.keyRing = keyRing
        try await TenancyStore(engine: database.engine, keyRing: keyRing).bootstrap(now: begin)
        try await start()
    }

    /// The process that runs now.
    var process: Running {
        get throws {
            guard let process = running.withLock({ $0 }) else { throw StorageError(.other, "nothing runs") }
            return process
        }
    }

    var store: TenancyStore { get throws { try process.store } }

    private func start() async throws {
        let fenced = FencedEngine(WatchedEngine(database.engine), stumbling: stumbling)
        let metrics = GatewayMetrics(registry)
        let store = TenancyStore(engine: fenced, keyRing: keyRing, tellsOwners: true, onReplies: metrics.replies)
        let routes = RouteTable(store: store)
        try await routes.reload()
        let pipeline = Pipeline(
            store: store, integrations: integrations, routes: routes, clock: clock, settings: settings,
            metrics: metrics, logger: log.logger,
            courier: try notify.map { try NoticeCourier($0, transport: transport, integrations: integrations) })
        let receiver = WebhookReceiver(secrets: secrets, store: store, routes: routes, clock: clock) {
            pipeline.wakeForEvents()
        }
        delivery.receiver.withLock { $0 = receiver }
        let task = Task { try await pipeline.run() }
        running.withLock {
            $0 = Running(engine: fenced, store: store, pipeline: pipeline, receiver: receiver, task: task)
        }
    }

    /// The process dies at whatever it is doing; another one starts on the same database.
    func crash() async throws {
        let dead = try process
        delivery.receiver.withLock { $0 = nil }
        dead.engine.fence()
        dead.pipeline.stop()
        dead.task.cancel()
        _ = await dead.task.result
        // Within one millisecond the ids of two processes are in no order, and none starts so fast.
        clock.advance(milliseconds: 1)
        try await start()
    }

    func end() async {
        if let process = running.withLock({ $0 }) {
            process.pipeline.stop()
            process.task.cancel()
            _ = await process.task.result
        }
        await server.ended()
        // Or the sandbox, the receiver and the clock keep each other, and the transport its thread.
        delivery.receiver.withLock { $0 = nil }
        transport.shutdown()
        await database.close()
    }

    /// A practice with a connected account, as the connect flow would leave it.
    @discardableResult
    func addPractice(
        _ name: String, flow: SandboxFlow, rules: ReplyRules? = nil, connected: Bool = true, isToldTwice: Bool = false
    ) async throws -> Practice {
        let flows = isToldTwice ? SandboxFlow.allCases : [flow]
        let connectedAccount = sandbox.addAccount(NewAccount(username: name), connecting: flows)
        let account = connectedAccount.account
        let now = clock.now
        let store = try store
        let tenant = try await store.createTenant(name: name, flow: Flow(rawValue: flow.rawValue), now: now)
        if let rules { try await store.writeGlobal { _ = try $0.setReplyRules(rules, of: tenant.id, now: now) } }
        let practice = Practice(
            tenant: tenant.id, connection: store.makeID(now: now), account: account, flow: flow,
            isToldTwice: isToldTwice)
        practices.withLock { $0.append(practice) }
        if connected { try await connect(practice, token: connectedAccount.tokens[flow]) }
        return practice
    }

    /// Claims the account and makes the connection active, then lets the pipeline drain.
    func connect(_ practice: Practice, token: String? = nil) async throws {
        let now = clock.now
        let account = practice.account
        let token = try token ?? freshToken(practice)
        tokens.withLock { $0.append(token) }
        let aliases = practice.flow == .instagramLogin ? [account.appScopedID] : [account.pageID].compactMap { $0 }
        let store = try store
        try await store.writeGlobal { rows in
            try rows.claim(account: account.id, aliases: aliases, for: practice.tenant, now: now)
        }
        try await store.write(practice.tenant) { rows in
            if var known = try rows.connection(practice.connection) {
                known.state = .active
                known.reason = nil
                known.token = token
                try rows.updateConnection(known)
            } else {
                try rows.insertConnection(
                    Connection(
                        id: practice.connection, tenantID: practice.tenant,
                        flow: Flow(rawValue: practice.flow.rawValue),
                        state: .active, instagramPageID: account.id,
                        facebookPageID: practice.flow == .facebookPage ? account.pageID : nil, aliases: aliases,
                        username: account.username, token: token, scopes: [], subscribedFields: ["messages"],
                        createdAt: now, updatedAt: now))
            }
            try rows.resume(now: now)
        }
        await (try process).pipeline.activated(tenant: practice.tenant, connection: practice.connection)
    }

    private func freshToken(_ practice: Practice) throws -> String {
        _ = try sandbox.reviveToken(account: practice.account.id)
        let again = sandbox.addAccount(NewAccount(username: practice.account.username), connecting: [practice.flow])
        guard let token = again.tokens[practice.flow] else { throw StorageError(.other, "no token") }
        return token
    }

    /// Delivers what is queued and lets the pipeline do everything that is due now.
    /// - Returns: when the next thing becomes due by itself.
    @discardableResult
    func settle() async throws -> Timestamp? {
        var next: Timestamp?
        // Sends make echoes, echoes make work: until a round brings nothing new.
        var before = -1
        while true {
            await sandbox.drain()
            next = await (try process).pipeline.settled()
            // Meta has queued a send's echo before it answers the send: here it is delivered before anybody counts.
            await sandbox.drain()
            let count = sandbox.deliveries.reduce(0) { $0 + $1.statuses.count }
            if count == before { return next }
            before = count
        }
    }

    /// Lets time pass, from one due moment to the next.
    func pass(seconds: Int) async throws {
        let end = clock.now.adding(seconds: seconds)
        while let next = try await settle(), next <= end { clock.advance(to: next) }
        clock.advance(to: end)
        try await settle()
    }

    /// A practice's connection as it is now.
    func connection(_ practice: Practice) async throws -> Connection? {
        try await (try store).read(practice.tenant) { try $0.connection(practice.connection) }
    }

    /// Rows of a query, for checks and for sabotage.
    func sql(_ text: String, _ values: [SQLValue] = []) async throws -> [SQLRow] {
        try await database.unfenced.write(.global) { try $0.query(text, values) }
    }

    /// Several changes in one transaction.
    func change(_ statements: [String]) async throws {
        try await database.unfenced.write(.global) { for statement in statements { try $0.execute(statement, []) } }
    }

    /// Events of all tenants, newest last.
    func events() async throws -> [Event] {
        var all: [Event] = []
        for tenant in practices.withLock({ $0.map(\.tenant) }) + [.system] {
            let ids = try await sql("SELECT id FROM events WHERE tenant_id = ?1 ORDER BY id", [.id(tenant.raw)])
            all += try await (try store).read(tenant) { rows in
                try ids.compactMap { row in
                    var columns = row.columns
                    return try rows.event(EventID(try columns.id()))
                }
            }
        }
        return all
    }

    /// Replies of a practice, in queue order.
    func replies(_ practice: Practice) async throws -> [Reply] {
        let ids = try await sql("SELECT id FROM replies WHERE tenant_id = ?1 ORDER BY id", [.id(practice.tenant.raw)])
        return try await (try store).read(practice.tenant) { rows in
            try ids.compactMap { row in
                var columns = row.columns
                return try rows.reply(ReplyID(try columns.id()))
            }
        }
    }
}

/// Carries the sandbox's webhooks into the receiver: bytes and signature as they are on the wire.
final class DeliveryTransport: HTTPTransport {
    let receiver = Mutex<WebhookReceiver?>(nil)
    /// Says 200 to this share of deliveries without storing them: the sabotage of the test that nothing is lost.
    let forgets = Mutex(false)

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard let receiver = receiver.withLock({ $0 }) else { throw .notSent(.connect) }
        if forgets.withLock({ $0 }) { return HTTPResponse(status: 200) }
        let signature = request.headers.first { $0.name.lowercased() == "x-hub-signature-256" }?.value
        switch await receiver.receive(
            body: request.body ?? [], signature: signature.flatMap(WebhookSignature.init)
        ).answer {
        case .stored: return HTTPResponse(status: 200)
        case .badSignature: return HTTPResponse(status: 401)
        case .unavailable: return HTTPResponse(status: 503)
        }
    }
}

extension PracticeWorld {
    /// Says 200 without storing anything.
    func forgetDeliveries(_ forgets: Bool) {
        delivery.forgets.withLock { $0 = forgets }
    }
}
