import Cryptography
import Foundation
import Gateway
import Integrations
import Logging
import ServiceLifecycle
import Storage
import Synchronization
import Tenancy
import Testing

/// The whole service on a port of its own, with nobody at Meta's end.
@Suite struct AdminAPITests {
    private struct Unreachable: HTTPTransport {
        func send(_ request: Integrations.HTTPRequest) async throws(TransportError) -> Integrations.HTTPResponse {
            throw .notSent(.connect)
        }
    }

    private struct Answer {
        var status: Int
        var header: (String) -> String?
        var json: JSONValue?
        var text: String
    }

    /// Speaks to the service as its callers do.
    private struct Client: Sendable {
        let base: String
        let transport: CurlTransport
        var key = AdminAPITests.adminKey

        func call(
            _ method: Integrations.HTTPRequest.Method, _ path: String, _ body: String? = nil,
            headers: [(name: String, value: String)] = []
        ) async throws -> Answer {
            let response = try await transport.send(
                Integrations.HTTPRequest(
                    method, base + path, headers: headers + [("Authorization", "Bearer \(key)")],
                    body: body.map { Array($0.utf8) }, isIdempotent: true))
            return Answer(
                status: response.status, header: response.header, json: try? JSONValue.parse(response.body),
                text: String(decoding: response.body, as: UTF8.self))
        }
    }

    private static let adminKey = "bootstrap-key-of-the-tests"
    private static let appSecret = "app-secret"

    private func withService(_ body: (Client, TenancyStore) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "clariva-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let configuration = try ConfigurationReader([
            "CLARIVA_ENCRYPTION_KEYS": "k1:\(Data(RandomBytes.make(32)).base64EncodedString())",
            "CLARIVA_WEBHOOK_VERIFY_TOKEN": "verify", "CLARIVA_HTTP_PORT": "0",
            "CLARIVA_ADMIN_API_KEY": Self.adminKey, "CLARIVA_INSTAGRAM_APP_ID": "300000000000001",
            "CLARIVA_INSTAGRAM_APP_SECRET": Self.appSecret, "CLARIVA_FACEBOOK_APP_ID": "400000000000001",
            "CLARIVA_FACEBOOK_APP_SECRET": "other-secret", "CLARIVA_RETURN_URL_HOSTS": "practice.example",
        ]).read()
        let engine = try SQLiteEngine(path: directory.appending(path: "test.db").path, exclusive: true)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let gateway = try await Gateway(
            configuration, engine: engine, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            transport: Unreachable()
        ) { port.yield($0) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: gateway.services.map { .init(service: $0) },
                logger: Logger(label: "group") { _ in
                    SwiftLogNoOpLogHandler()
                }))
        let running = Task { try await group.run() }
        let transport = try CurlTransport()
        var found = ports.makeAsyncIterator()
        let number = try #require(await found.next())
        let result: Result<Void, any Error>
        do {
            try await body(Client(base: "http://127.0.0.1:\(number)", transport: transport), gateway.store)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        transport.shutdown()
        await group.triggerGracefulShutdown()
        try await running.value
        await engine.close()
        try result.get()
    }

    private func makeTenant(_ client: Client, _ name: String = "Dr. Grey") async throws -> String {
        let made = try await client.call(.post, "/v1/tenants", #"{"name":"\#(name)","flow":"instagram_login"}"#)
        #expect(made.status == 201)
        return try #require(made.json?["id"]?.string)
    }

    @Test func keepsAnotherTenantsThingsOutOfSight() async throws {
        try await withService { client, store in
            let own = try await makeTenant(client)
            let other = try await makeTenant(client, "Dr. House")
            let id = try #require(TenantID(own))
            let made = try await APIKeys(store).create(name: "own", scope: .tenant(id), now: SystemClock().now)
            var bound = client
            bound.key = made.text
            #expect(try await bound.call(.get, "/v1/tenants/\(own)").status == 200)
            #expect(try await bound.call(.get, "/v1/tenants").json?["data"]?.array?.count == 1)
            for path in ["", "/connections", "/conversations", "/replies", "/reply-rules"] {
                let answer = try await bound.call(.get, "/v1/tenants/\(other)\(path)")
                #expect(answer.status == 404)
                #expect(answer.header("Content-Type") == "application/problem+json")
            }
            #expect(try await bound.call(.get, "/v1/events?tenant_id=\(other)").status == 404)
            #expect(try await bound.call(.post, "/v1/tenants", "{}").status == 403)
            #expect(try await bound.call(.get, "/v1/api-keys").status == 403)
            let system = TenantID.system.description
            #expect(try await client.call(.get, "/v1/tenants/\(system)/conversations").status == 404)
        }
    }

    @Test func letsAReadKeyOnlyRead() async throws {
        try await withService { client, store in
            let tenant = try await makeTenant(client)
            var reader = client
            reader.key = try await APIKeys(store).create(name: "r", scope: .read, now: SystemClock().now).text
            #expect(try await reader.call(.get, "/v1/tenants/\(tenant)").status == 200)
            #expect(try await reader.call(.post, "/v1/tenants/\(tenant)/connect-links", "{}").status == 403)
            #expect(try await reader.call(.post, "/v1/events/replay", "{}").status == 403)
            for key in ["", "nonsense", "clv_00000000000000000000000000000000_AAAA", Self.adminKey + "x"] {
                var stranger = client
                stranger.key = key
                #expect(try await stranger.call(.get, "/v1/tenants").status == 401)
            }
        }
    }

    @Test func pagesThroughTenants() async throws {
        try await withService { client, _ in
            var names: [String] = []
            for index in 0..<5 { _ = try await makeTenant(client, "Dr. \(index)") }
            var query = "?limit=2"
            for _ in 0..<3 {
                let page = try await client.call(.get, "/v1/tenants\(query)")
                names += page.json?["data"]?.array?.compactMap { $0["name"]?.string } ?? []
                guard let cursor = page.json?["next_cursor"]?.string else { break }
                query = "?limit=2&cursor=\(cursor)"
            }
            #expect(names == (0..<5).map { "Dr. \($0)" })
        }
    }

    @Test func sendsBrowsersOnlyToAllowedHosts() async throws {
        try await withService { client, _ in
            let path = "/v1/tenants/\(try await makeTenant(client))/connect-links"
            let made = try await client.call(.post, path, #"{"return_url":"https://practice.example/x"}"#)
            #expect(made.status == 201)
            #expect(made.json?["url"]?.string?.hasPrefix("http://localhost:8080/connect/") == true)
            for url in [
                "https://evil.example/x", "http://practice.example/", "//practice.example",
                "https://a@practice.example",
            ] {
                let refused = try await client.call(.post, path, #"{"return_url":"\#(url)"}"#)
                #expect(refused.status == 422)
                #expect(refused.json?["errors"]?.array?.first?["field"]?.string == "return_url")
            }
        }
    }

    @Test func takesSignedWebhooksAndShowsThem() async throws {
        try await withService { client, _ in
            let body =
                #"{"object":"instagram","entry":[{"id":"1784","messaging":[{"message_edit":{"mid":"m","num_edit":0}}]}]}"#
            let code = Hex.encode(try HMACKey(utf8: Self.appSecret).authenticate(Array(body.utf8)))
            let header = [(name: "X-Hub-Signature-256", value: "sha256=\(code)")]
            #expect(try await client.call(.post, "/webhooks/meta", body, headers: header).status == 200)
            #expect(try await client.call(.post, "/webhooks/meta", body + " ", headers: header).status == 401)
            #expect(try await client.call(.post, "/webhooks/meta", body).status == 401)
            let large = String(repeating: " ", count: 5 << 20)
            #expect(try await client.call(.post, "/webhooks/meta", large).status == 413)
            #expect(try await client.call(.post, "/v1/tenants", large).status == 413)
            let events = try await client.call(.get, "/v1/events")
            #expect(events.json?["data"]?.array?.count == 1)
            #expect(events.json?["data"]?.array?.first?["instagram_page_id"]?.string == "1784")
            #expect(events.json?["data"]?.array?.first?["tenant_id"] == .null)
        }
    }

    @Test func answersTheHandshakeAndOperators() async throws {
        try await withService { client, _ in
            let query = "hub.mode=subscribe&hub.challenge=158201444&hub.verify_token="
            #expect(try await client.call(.get, "/webhooks/meta?\(query)verify").text == "158201444")
            #expect(try await client.call(.get, "/webhooks/meta?\(query)wrong").status == 403)
            #expect(try await client.call(.get, "/healthz").status == 200)
            #expect(try await client.call(.get, "/readyz").status == 200)
            #expect(try await client.call(.get, "/metrics").text.contains("clariva_webhook_ack_seconds_count"))
            #expect(try await client.call(.get, "/nothing").status == 404)
            let wrong = try await client.call(.delete, "/healthz")
            #expect(wrong.status == 405 && wrong.header("Allow") == "GET, HEAD")
        }
    }
}
