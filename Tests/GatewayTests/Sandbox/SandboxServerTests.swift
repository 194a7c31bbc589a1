import Cryptography
import Integrations
import Logging
import ServiceLifecycle
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import MetaSandbox

/// The sandbox over real HTTP; webhooks go to a recorder in place of the service.
struct SandboxServerTests {
    /// Takes what Meta would post.
    final class Recorder: HTTPTransport {
        let requests = Mutex<[HTTPRequest]>([])

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            requests.withLock { $0.append(request) }
            return HTTPResponse(status: 200)
        }
    }

    /// A service that takes what is posted and never answers.
    private struct Silence: HTTPTransport {
        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            let never = ManualClock(Timestamp(milliseconds: 0)) { _ in }
            try? await never.sleep(until: Timestamp(milliseconds: 1))
            throw .noAnswer(.timeout)
        }
    }

    private static func call(
        _ client: CurlTransport, _ method: HTTPRequest.Method, _ url: String, token: String? = nil, form: String? = nil
    ) async throws -> HTTPResponse {
        let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        return try await client.send(
            HTTPRequest(method, url, headers: headers, body: form.map { Array($0.utf8) }, isIdempotent: false))
    }

    /// A send that answers the message.
    private static func welcome(_ message: WrittenMessage) -> String {
        let recipient = message.senders[.instagramLogin] ?? ""
        return "recipient=%7B%22id%22%3A%22\(recipient)%22%7D&message=%7B%22text%22%3A%22welcome%22%7D"
    }

    @Test(.hangLimit)
    func consentGivesATokenWithWhichTheAccountHearsAndAnswers() async throws {
        let recorder = Recorder()
        let settings = SandboxConfiguration(callbackURL: "http://127.0.0.1:1/webhooks/meta", echoDelay: 0)
        let server = try SandboxServer(configuration: settings, transport: recorder)
        let running = RunningService(server)
        defer { running.stop() }
        let client = try CurlTransport()
        let base = "http://127.0.0.1:\(try await server.port())"
        let account = server.control.addAccount(NewAccount(username: "dr_a")).account

        let scope = "instagram_business_basic,instagram_business_manage_messages"
        let dialog = try await Self.call(
            client, .get,
            "\(base)/instagram/oauth/authorize?client_id=\(settings.instagramApp.id)&response_type=code&scope=\(scope)"
                + "&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&state=s1&auto=allow&account=dr_a")
        let location = try #require(dialog.header("Location"))
        #expect(dialog.status == 302)
        #expect(location.hasSuffix("&state=s1#_"))
        let code = try #require(location.split(separator: "code=").last?.split(separator: "&").first)

        let form =
            "client_id=\(settings.instagramApp.id)&client_secret=\(settings.instagramApp.secret)"
            + "&grant_type=authorization_code&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&code=\(code)"
        let url = "\(base)/instagram-api/oauth/access_token"
        let exchanged = try JSONValue.parse(try await Self.call(client, .post, url, form: form).body)
        let token = try #require(exchanged["access_token"]?.string)
        #expect(exchanged["user_id"]?.integer == Int64(account.appScopedID))
        #expect(try await Self.call(client, .post, url, form: form).status == 400)

        let graph = "\(base)/instagram-graph/v25.0"
        let me = try JSONValue.parse(
            try await Self.call(client, .get, "\(graph)/me?fields=id,user_id", token: token).body)
        #expect(me["user_id"]?.string == account.id)
        let subscribed = try await Self.call(
            client, .post, "\(graph)/me/subscribed_apps?subscribed_fields=messages", token: token)
        #expect(subscribed.status == 200)

        try server.control.write(SandboxContent(text: "Gr\u{FC}\u{DF} Gott"), from: "anna", to: "dr_a")
        await server.control.drain()
        let delivered = try #require(recorder.requests.withLock { $0.first })
        let body = try #require(delivered.body)
        let key = try HMACKey(utf8: settings.instagramApp.secret)
        let signature = delivered.headers.first { $0.name == "X-Hub-Signature-256" }?.value
        #expect(signature == "sha256=" + Hex.encode(key.authenticate(body)))
        #expect(String(decoding: body, as: UTF8.self).contains("Gr\\u00fc\\u00df Gott"))
    }

    @Test(.hangLimit)
    func aLostAnswerClosesTheConnectionAfterTheSend() async throws {
        let server = try SandboxServer(configuration: SandboxConfiguration(), transport: Recorder())
        let running = RunningService(server)
        defer { running.stop() }
        let client = try CurlTransport()
        let port = try await server.port()
        let account = NewAccount(username: "dr_a")
        let token = server.control.addAccount(account, connecting: [.instagramLogin]).tokens[.instagramLogin]
        let message = try server.control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        server.control.switchOn(FaultRule(.lostAnswer, operation: "send"))
        let body: JSONValue = [
            "recipient": ["id": .string(message.senders[.instagramLogin] ?? "")], "message": ["text": "welcome"],
        ]
        let headers = [
            (name: "Authorization", value: "Bearer \(token ?? "")"),
            (name: "Content-Type", value: "application/json"),
        ]
        let error = await #expect(throws: TransportError.self) {
            _ = try await client.send(
                HTTPRequest(
                    .post, "http://127.0.0.1:\(port)/instagram-graph/v25.0/me/messages", headers: headers,
                    body: body.encoded(), isIdempotent: false))
        }
        guard case .noAnswer = error else {
            Issue.record("the send was not applied before the connection closed: \(String(describing: error))")
            return
        }
        #expect(server.control.sends(account: "dr_a").map(\.text) == ["welcome"])
    }

    @Test(.hangLimit)
    func stopsWhenAskedAlthoughDeliveriesWait() async throws {
        // Nobody listens on port 1, so that the delivery is still waiting for its next attempt.
        let settings = SandboxConfiguration(callbackURL: "http://127.0.0.1:1/", retryIntervals: [3_600_000])
        let server = try SandboxServer(configuration: settings)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(services: [server], logger: logger)
        let running = Task { try await group.run() }
        _ = try await server.port()
        _ = server.control.addAccount(NewAccount(username: "dr_a"), connecting: [.instagramLogin])
        try server.control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        await server.control.drain()
        #expect(server.control.deliveries.map(\.state) == [.retrying])
        await group.triggerGracefulShutdown()
        try await running.value
    }

    @Test(.hangLimit)
    func stopsAlthoughAnAnswerWaitsForADelivery() async throws {
        let settings = SandboxConfiguration(callbackURL: "http://127.0.0.1:1/")
        let server = try SandboxServer(configuration: settings, transport: Silence())
        let running = RunningService(server)
        let client = try CurlTransport()
        let base = "http://127.0.0.1:\(try await server.port())"
        let connected = server.control.addAccount(NewAccount(username: "dr_a"), connecting: [.instagramLogin])
        let message = try server.control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        server.control.switchOn(FaultRule(.echoFirst))
        let form = Self.welcome(message)
        async let answer = Self.call(
            client, .post, "\(base)/instagram-graph/v25.0/me/messages", token: connected.tokens[.instagramLogin],
            form: form)
        while server.control.state.withLock({ $0.waits.isEmpty }), !Task.isCancelled { await Task.yield() }
        await running.ended()
        #expect(try await answer.status == 200)
    }

    @Test(.hangLimit)
    func aServerThatCannotListenHasNoPort() async throws {
        let first = try SandboxServer(configuration: SandboxConfiguration(), transport: Recorder())
        let running = RunningService(first)
        defer { running.stop() }
        let taken = SandboxConfiguration(port: try await first.port())
        let second = try SandboxServer(configuration: taken, transport: Recorder())
        let failing = RunningService(second)
        await #expect(throws: SandboxNotListening.self) { try await second.port() }
        await failing.ended()
    }

    @Test(.hangLimit)
    func waitingForASendEndsWithTheSendOrTheTimeout() async throws {
        let server = try SandboxServer(configuration: SandboxConfiguration(), transport: Recorder())
        let running = RunningService(server)
        defer { running.stop() }
        let client = try CurlTransport()
        let base = "http://127.0.0.1:\(try await server.port())"
        let connected = server.control.addAccount(NewAccount(username: "dr_a"), connecting: [.instagramLogin])
        let token = try #require(connected.tokens[.instagramLogin])
        let message = try server.control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        #expect(await server.control.waitForSends(1, timeout: .milliseconds(1)).isEmpty)
        async let sends = server.control.waitForSends(1, account: "dr_a", person: "anna", timeout: .seconds(50))
        _ = try await Self.call(
            client, .post, "\(base)/instagram-graph/v25.0/me/messages", token: token, form: Self.welcome(message))
        #expect(await sends.map(\.text) == ["welcome"])
    }
}
