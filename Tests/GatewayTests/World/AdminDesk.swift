import Cryptography
import HTTPTypes
import Integrations
import Metrics
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The admin API of a practice's world over real HTTP, with its pipeline behind it.
final class AdminDesk: Sendable {
    struct Answer: Sendable {
        var status: Int
        var json: JSONValue
        var etag: String?
        var location: String?
        var retryAfter: String?
        /// `WWW-Authenticate`
        var challenge: String?
        /// It was given before.
        var isReplayed: Bool
    }

    static let key = "bootstrap-key-of-the-stories"
    private let server: RunningService
    private let transport: CurlTransport
    private let base: String

    /// - Parameter jwt: whose tokens are taken beside keys.
    init(_ world: PracticeWorld, rateLimitPerSecond: Int = 0, jwt: GatewayConfiguration.JWT? = nil) async throws {
        let router = GatewayRouter()
        try Self.api(of: world, key: Self.key, rateLimitPerSecond: rateLimitPerSecond, jwt: jwt).add(to: router)
        let port: Int
        (server, port) = try await Self.serve(router, world)
        transport = try CurlTransport()
        base = "http://127.0.0.1:\(port)/v1"
    }

    func call(
        _ method: Integrations.HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, ifMatch: String? = nil,
        once: String? = nil, bearer: String = AdminDesk.key
    ) async throws -> Answer {
        var headers = [(name: "Authorization", value: "Bearer \(bearer)")]
        if let once { headers.append((name: "Idempotency-Key", value: once)) }
        if let ifMatch { headers.append((name: "If-Match", value: ifMatch)) }
        let response = try await transport.send(
            Integrations.HTTPRequest(
                method, base + path, headers: headers, body: body?.encoded(), isIdempotent: false))
        return Answer(
            status: response.status, json: response.body.isEmpty ? .null : try JSONValue.parse(response.body),
            etag: response.header("ETag"), location: response.header("Location"),
            retryAfter: response.header("Retry-After"), challenge: response.header("WWW-Authenticate"),
            isReplayed: response.header("Idempotency-Replayed") == "true")
    }

    func end() async {
        await server.ended()
        transport.shutdown()
    }
}

extension AdminDesk {
    static func configuration(key: String, rateLimitPerSecond: Int = 0) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            encryptionKeys: [.init(id: "test", key: SealingKey.generate().key)], webhookVerifyToken: Secret("verify"))
        configuration.port = 0
        configuration.adminAPIKey = Secret(key)
        // These clocks stand still while a story asks.
        configuration.rateLimitPerSecond = rateLimitPerSecond
        return configuration
    }

    /// The admin API over the parts of a world.
    /// - Parameter key: the bootstrap key.
    static func api(
        of world: PracticeWorld, key: String, rateLimitPerSecond: Int = 0, jwt: GatewayConfiguration.JWT? = nil
    ) throws -> AdminAPI {
        let process = try world.process
        return AdminAPI(
            store: process.store, integrations: world.integrations, commands: process.pipeline,
            disconnect: DisconnectService(
                store: process.store, integrations: world.integrations, clock: world.clock, logger: world.log.logger),
            configuration: configuration(key: key, rateLimitPerSecond: rateLimitPerSecond),
            metrics: GatewayMetrics(world.registry), clock: world.clock,
            tokens: try jwt.map { try TokenVerifier($0, clock: world.clock, logger: world.log.logger) })
    }

    /// Serves routes, and webhooks beside them, on a port of its own.
    static func serve(
        _ router: GatewayRouter, _ world: PracticeWorld
    ) async throws -> (server: RunningService, port: Int) {
        let responder = GatewayResponder(
            webhooks: WebhookEndpoint(
                receiver: try world.process.receiver, metrics: GatewayMetrics(NOOPMetricsHandler.instance),
                verifyToken: Secret("verify")),
            routes: router.responder())
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let server = RunningService(
            GatewayServer(configuration(key: key), responder: responder, logger: world.log.logger) {
                listening.yield($0)
            })
        var found = ports.makeAsyncIterator()
        return (server, try #require(await found.next()))
    }

    /// A world with one practice and its desk, ended afterwards.
    static func open(
        rules: ReplyRules = AnswerTests.anything,
        _ story: (PracticeWorld, PracticeWorld.Practice, AdminDesk) async throws -> Void
    ) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: rules)
        let desk = try await AdminDesk(world)
        try await story(world, practice, desk)
        await desk.end()
        await world.end()
    }
}
