import Cryptography
import Foundation
import Integrations
import Storage
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The operator's page of a practice's world over real HTTP, with its pipeline behind it.
final class OperatorDesk: Sendable {
    struct Answer: Sendable {
        var status: Int
        var location: String?
        var text: String
        var headers: [(name: String, value: String)]

        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    static let publicURL = "https://clariva.example"
    static let bootstrapKey = "bootstrap-key-of-the-operator"

    private let world: PracticeWorld
    private let server: RunningService
    private let transport: CurlTransport
    let base: String

    /// - Parameter bootstrap: the configuration's key.
    init(_ world: PracticeWorld, bootstrap: String? = OperatorDesk.bootstrapKey) async throws {
        self.world = world
        let router = GatewayRouter()
        try addOperatorRoutes(to: router, service: Self.service(of: world, bootstrap: bootstrap))
        let port: Int
        (server, port) = try await AdminDesk.serve(router, world)
        transport = try CurlTransport()
        base = "http://127.0.0.1:\(port)"
    }

    /// The service over the parts of a world.
    static func service(of world: PracticeWorld, bootstrap: String?) throws -> OperatorService {
        let process = try world.process
        return OperatorService(
            store: process.store, commands: process.pipeline, publicURL: publicURL,
            bootstrap: bootstrap.map { Secret($0) },
            attempts: .signIns(metrics: GatewayMetrics(world.registry), clock: world.clock), clock: world.clock,
            logger: world.log.logger,
            isMetaFailing: { !process.pipeline.breakers.open(for: .send).isEmpty })
    }

    func end() async {
        await server.ended()
        transport.shutdown()
    }

    /// A world with one practice and its operator's page, ended afterwards.
    static func open(_ story: (PracticeWorld, PracticeWorld.Practice, OperatorDesk) async throws -> Void) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        let desk = try await OperatorDesk(world)
        try await story(world, practice, desk)
        await desk.end()
        await world.end()
    }

    /// An administrator's key.
    func key(_ scope: APIKey.Scope = .admin, seconds: Int? = nil) async throws -> (key: APIKey, text: String) {
        let now = world.clock.now
        return try await APIKeys(try world.store).create(
            name: "operator", scope: scope, expiresAt: seconds.map(now.adding(seconds:)), now: now)
    }

    /// A browser that nobody is signed in with.
    func browser() -> OperatorBrowser { OperatorBrowser(self) }

    /// A browser of somebody who is signed in.
    func signedIn(_ text: String? = nil) async throws -> OperatorBrowser {
        let browser = browser()
        let key: String
        if let text { key = text } else { key = try await self.key().text }
        let answer = try await browser.signIn(key)
        try #require(answer.status == 303 && answer.location == "/admin")
        return browser
    }

    fileprivate func send(
        _ method: Integrations.HTTPRequest.Method, _ path: String, _ form: String?,
        _ headers: [(name: String, value: String)]
    ) async throws -> Answer {
        var headers = headers
        if form != nil { headers.append((name: "Content-Type", value: "application/x-www-form-urlencoded")) }
        let response = try await transport.send(
            Integrations.HTTPRequest(
                method, base + path, headers: headers, body: form.map { Array($0.utf8) }, isIdempotent: false))
        return Answer(
            status: response.status, location: response.header("Location"),
            text: String(decoding: response.body, as: UTF8.self), headers: response.headers)
    }
}

/// A browser as far as the page needs one: keeps its cookie, and sends what a test tells it to.
final class OperatorBrowser: Sendable {
    private let desk: OperatorDesk
    private let kept = Mutex<[String: String]>([:])

    init(_ desk: OperatorDesk) {
        self.desk = desk
    }

    var cookies: [String: String] {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }

    func get(_ path: String) async throws -> OperatorDesk.Answer { try await send(.get, path, nil, []) }

    func post(
        _ path: String, _ form: String, headers: [(name: String, value: String)] = []
    ) async throws -> OperatorDesk.Answer {
        try await send(.post, path, form, headers)
    }

    func signIn(_ key: String, headers: [(name: String, value: String)] = []) async throws -> OperatorDesk.Answer {
        try await post("/admin/sign-in", "key=\(key)", headers: headers)
    }

    /// The session's form token, as a page shows it.
    func token() async throws -> String {
        String(try #require(try await get("/admin").text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1)
    }

    private func send(
        _ method: Integrations.HTTPRequest.Method, _ path: String, _ form: String?,
        _ headers: [(name: String, value: String)]
    ) async throws -> OperatorDesk.Answer {
        var headers = headers
        let cookies = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        if !cookies.isEmpty { headers.append((name: "Cookie", value: cookies)) }
        let answer = try await desk.send(method, path, form, headers)
        if let cookie = answer.header("set-cookie"), let pair = cookie.split(separator: ";").first {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            kept.withLock { $0[String(parts[0])] = parts[1].isEmpty ? nil : String(parts[1]) }
        }
        return answer
    }
}
