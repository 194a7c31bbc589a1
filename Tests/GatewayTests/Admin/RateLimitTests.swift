import Foundation
import Integrations
import Tenancy
import Testing

@testable import Gateway

/// Too many requests of the admin API over real HTTP, by a clock that is set by hand.
@Suite struct RateLimitTests {
    private static let key = "bootstrap-key-of-the-limits"
    private static let rate = 3

    private struct Caller {
        let base: String
        let transport: CurlTransport

        func get(
            _ path: String, key: String?, from address: String = "203.0.113.1"
        ) async throws -> Integrations.HTTPResponse {
            var headers = [(name: "X-Forwarded-For", value: address)]
            if let key { headers.append((name: "Authorization", value: "Bearer \(key)")) }
            return try await transport.send(
                Integrations.HTTPRequest(.get, base + path, headers: headers, isIdempotent: false))
        }
    }

    private func withService(
        key: String = RateLimitTests.key, jwt: GatewayConfiguration.JWT? = nil,
        _ body: (PracticeWorld, Caller) async throws -> Void
    ) async throws {
        let world = try await PracticeWorld()
        let router = GatewayRouter()
        try AdminDesk.api(of: world, key: key, rateLimitPerSecond: Self.rate, jwt: jwt).add(to: router)
        let (server, port) = try await AdminDesk.serve(router, world)
        let transport = try CurlTransport()
        let result: Result<Void, any Error>
        do {
            try await body(world, Caller(base: "http://127.0.0.1:\(port)", transport: transport))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await server.ended()
        transport.shutdown()
        await world.end()
        try result.get()
    }

    @Test func aKeyHasABudgetOfItsOwn() async throws {
        try await withService { world, caller in
            let other = try await APIKeys(try world.store).create(name: "n", scope: .read, now: world.clock.now).text
            for key in [Self.key, other] {
                // From wherever: the key counts.
                for index in 0..<2 * Self.rate {
                    #expect(try await caller.get("/v1/tenants", key: key, from: "203.0.113.\(index)").status == 200)
                }
                let refused = try await caller.get("/v1/tenants", key: key)
                #expect(refused.status == 429)
                #expect(refused.header("Content-Type") == "application/problem+json")
                #expect(refused.header("Retry-After") == "1")
            }
            #expect(world.registry.exposition().contains(#"clariva_api_rate_limited_total{by="key"} 2"#))
            try await world.pass(seconds: 1)
            for status in [200, 200, 200, 429] {
                #expect(try await caller.get("/v1/tenants", key: other).status == status)
            }
        }
    }

    /// A key that looks like a token is guessed at no other pace.
    @Test func aBootstrapKeyWithDotsIsNotGuessedWithoutLimit() async throws {
        let key = "Praxis.2024.Sommer"
        let jwt = Provider.configuration(.file(path: "/nowhere/keys.json"))
        try await withService(key: key, jwt: jwt) { _, caller in
            #expect(try await caller.get("/v1/tenants", key: key).status == 200)
            for number in 1..<2 * Self.rate {
                _ = try await caller.get("/v1/tenants", key: "Praxis.\(number).Winter")
            }
            #expect(try await caller.get("/v1/tenants", key: key).status == 429)
            #expect(try await caller.get("/v1/tenants", key: key, from: "203.0.113.2").status == 200)
        }
    }

    @Test func whoHasNoKeyIsCountedByAddressAndKeepsNobodyElseOut() async throws {
        try await withService { world, caller in
            for index in 0..<2 * Self.rate {
                let wrong = index.isMultiple(of: 2) ? nil : "clv_\(String(repeating: "0", count: 32))_wrong"
                #expect(try await caller.get("/v1/tenants", key: wrong).status == 401)
            }
            // Somebody who guesses does not learn that this guess was good.
            for wrong in [nil, "nonsense", Self.key] {
                let refused = try await caller.get("/v1/tenants", key: wrong)
                #expect(refused.status == 429 && refused.header("Retry-After") == "1")
            }
            #expect(try await caller.get("/v1/tenants", key: nil, from: "203.0.113.2").status == 401)
            // A good key from the same address.
            let good = try await APIKeys(try world.store).create(name: "n", scope: .read, now: world.clock.now).text
            #expect(try await caller.get("/v1/tenants", key: good).status == 200)
            #expect(world.registry.exposition().contains(#"clariva_api_rate_limited_total{by="address"} 3"#))
        }
    }
}
