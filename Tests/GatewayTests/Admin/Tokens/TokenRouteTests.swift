import Integrations
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The admin API as somebody with a token meets it, over real HTTP on both engines.
@Suite(.everyEngine, .hangLimit) struct TokenRouteTests {
    private static let rules: JSONValue = ["rules": [["name": "any", "match": ["any": true], "text": "Thank you."]]]

    @Test func aTokenOpensItsOwnTenant() async throws {
        try await TokenDesk.open { desks in
            let (desk, own) = (desks.desk, "/tenants/\(desks.lind.tenant)")
            let token = try desks.token(for: desks.lind)
            let list = try await desk.call(.get, "/tenants", bearer: token)
            #expect(list.json["data"]?.array?.map { $0["id"]?.string } == [desks.lind.tenant.description])
            for path in ["", "/connections", "/conversations", "/replies", "/reply-rules"] {
                #expect(try await desk.call(.get, own + path, bearer: token).status == 200)
            }
            #expect(try await desk.call(.get, "/events", bearer: token).status == 200)
            #expect(try await desk.call(.put, "\(own)/reply-rules", Self.rules, bearer: token).status == 200)
            #expect(try await desk.call(.post, "\(own)/connect-links", [:], bearer: token).status == 201)
            #expect(desks.server.count == 1)
        }
    }

    @Test func anotherTenantIsNotThere() async throws {
        try await TokenDesk.open { desks in
            let (desk, other) = (desks.desk, "/tenants/\(desks.berg.tenant)")
            let token = try desks.token(for: desks.lind)
            for path in ["", "/connections", "/conversations", "/replies", "/reply-rules", "/switches"] {
                #expect(try await desk.call(.get, other + path, bearer: token).status == 404)
            }
            let requests: [(method: Integrations.HTTPRequest.Method, path: String, body: JSONValue)] = [
                (.put, "/reply-rules", Self.rules), (.post, "/connect-links", [:]),
                (.put, "/flow", ["flow": "facebook_page"]), (.delete, "/connections/\(desks.berg.connection)", .null),
                (.post, "/connections/\(desks.berg.connection)/reconnect", .null),
            ]
            for request in requests {
                let answer = try await desk.call(
                    request.method, other + request.path, request.body == .null ? nil : request.body, bearer: token)
                #expect(answer.status == 404, "\(request.path)")
            }
            for query in ["events?tenant_id=\(desks.berg.tenant)", "audit-log?tenant_id=\(desks.berg.tenant)"] {
                #expect(try await desk.call(.get, "/\(query)", bearer: token).status == 404)
            }
            let connection = try await desks.world.connection(desks.berg)
            #expect(connection?.state == .active)
        }
    }

    @Test func aScopeIsNotExceeded() async throws {
        try await TokenDesk.open { desks in
            let (desk, own) = (desks.desk, "/tenants/\(desks.lind.tenant)")
            let admin = try desks.token(for: desks.lind)
            let reader = try desks.token(for: desks.lind, scope: "read")
            let none = try desks.token(for: desks.lind, scope: "write tenant")
            // What is for whoever administers the whole service, a token never does.
            for (method, path, body): (Integrations.HTTPRequest.Method, String, JSONValue?) in [
                (.post, "/tenants", ["name": "n", "flow": "instagram_login"]), (.get, "/api-keys", nil),
                (.post, "/api-keys", ["name": "n", "scope": "admin"]),
                (.put, "/switches", ["sending": false]), (.put, "\(own)/switches", ["sending": false]),
            ] {
                for token in [admin, reader] {
                    let answer = try await desk.call(method, path, body, bearer: token)
                    #expect(answer.status == 403, "\(method) \(path)")
                }
            }
            #expect(try await desk.call(.get, own, bearer: reader).status == 200)
            for (method, path, body): (Integrations.HTTPRequest.Method, String, JSONValue?) in [
                (.put, "\(own)/reply-rules", Self.rules), (.post, "\(own)/connect-links", [:]),
                (.delete, "\(own)/connections/\(desks.lind.connection)", nil), (.post, "/events/replay", [:]),
            ] {
                #expect(try await desk.call(method, path, body, bearer: reader).status == 403, "\(method) \(path)")
            }
            let refused = try await desk.call(.get, own, bearer: none)
            #expect(refused.status == 403 && refused.challenge?.contains("insufficient_scope") == true)
            #expect(try await desks.world.connection(desks.lind)?.state == .active)
        }
    }

    @Test func whatSomebodyWithATokenDoesIsNotedUnderTheirName() async throws {
        try await TokenDesk.open { desks in
            let (desk, own) = (desks.desk, "/tenants/\(desks.lind.tenant)")
            let token = try desks.token(for: desks.lind, subject: "auth0|5f7c8ec7")
            #expect(try await desk.call(.put, "\(own)/reply-rules", Self.rules, bearer: token).status == 200)
            let entry = try await desk.call(.get, "/audit-log", bearer: token).json["data"]?[0]
            #expect(entry?["actor"]?.string == "token" && entry?["action"]?.string == "reply_rules.replace")
            #expect(entry?["actor_id"]?.string == "\(Provider.issuer) auth0|5f7c8ec7")
            let query = "actor=token&actor_id=https%3A%2F%2Fid.practice.example%2F%20auth0%7C5f7c8ec7"
            let found = try await desk.call(.get, "/audit-log?\(query)").json["data"]?.array
            #expect(found?.count == 1)
            _ = try await desks.world.store.verifyAudit(of: desks.lind.tenant)
            #expect(!desks.world.log.text.contains("5f7c8ec7") && !desks.world.log.text.contains(token))
        }
    }

    @Test func everybodyHasABudgetWhateverTheirTokens() async throws {
        let rate = 3
        try await TokenDesk.open(rateLimitPerSecond: rate) { desks in
            func get(_ token: String) async throws -> AdminDesk.Answer {
                try await desks.desk.call(.get, "/tenants", bearer: token)
            }
            for index in 0..<2 * rate {
                let practice = index.isMultiple(of: 2) ? desks.lind : desks.berg
                #expect(try await get(desks.token(for: practice, scope: "read x\(index)")).status == 200)
            }
            let refused = try await get(desks.token(for: desks.lind))
            #expect(refused.status == 429 && refused.retryAfter == "1")
            #expect(try await get(desks.token(for: desks.lind, subject: "otto")).status == 200)
            #expect(try await desks.desk.call(.get, "/tenants").status == 200)
            #expect(desks.world.registry.exposition().contains(#"clariva_api_rate_limited_total{by="token"} 1"#))
            // A scope that does not do counts like a wrong key; the bootstrap key has come from this address once.
            for status in [403, 403, 403, 403, 403, 429] {
                #expect(try await get(desks.token(for: desks.lind, scope: "none", subject: "eve")).status == status)
            }
        }
    }

    @Test func anIdempotencyKeyIsTheCallersOwn() async throws {
        try await TokenDesk.open { desks in
            let desk = desks.desk
            func link(_ practice: PracticeWorld.Practice, _ token: String) async throws -> AdminDesk.Answer {
                try await desk.call(.post, "/tenants/\(practice.tenant)/connect-links", [:], once: "a", bearer: token)
            }
            let first = try await link(desks.lind, desks.token(for: desks.lind))
            #expect(first.status == 201 && !first.isReplayed)
            // Another token of the same person.
            let again = try await link(desks.lind, desks.token(for: desks.lind, scope: "admin again"))
            #expect(again.isReplayed && again.json == first.json)
            for token in [AdminDesk.key, try desks.token(for: desks.lind, subject: "otto")] {
                let other = try await link(desks.lind, token)
                #expect(other.status == 201 && !other.isReplayed && other.json["url"] != first.json["url"])
            }
            // A route without a tenant in its path: what was answered for one is not told for the other.
            for practice in [desks.lind, desks.berg] {
                let replay = try await desk.call(
                    .post, "/events/replay", ["dry_run": true], once: "b", bearer: try desks.token(for: practice))
                #expect(replay.status == 200 && !replay.isReplayed)
            }
        }
    }

    @Test func keysAreChangedWhileTheServiceRuns() async throws {
        try await TokenDesk.open { desks in
            func get(_ token: String) async throws -> Int {
                try await desks.desk.call(.get, "/tenants", bearer: token).status
            }
            let next = try await TokenKey(.eddsa, id: "next")
            let token = try desks.token(for: desks.lind, by: next)
            #expect(try await get(try desks.token(for: desks.lind)) == 200)
            #expect(try await get(token) == 401)
            desks.server.publish([desks.key.entry, next.entry])
            // The refused one has not been asked about: the set was read a moment before.
            #expect(try await get(token) == 401 && desks.server.count == 1)
            desks.world.clock.advance(to: desks.world.clock.now.adding(seconds: 60))
            #expect(try await get(token) == 200 && desks.server.count == 2)
            #expect(try await get(try desks.token(for: desks.lind)) == 200)
            desks.server.publish([next.entry])
            desks.world.clock.advance(to: desks.world.clock.now.adding(seconds: 600))
            #expect(try await get(try desks.token(for: desks.lind)) == 401)
            #expect(try await get(try desks.token(for: desks.lind, by: next)) == 200)
        }
    }

    @Test func withoutKeysThereIsNoJudgement() async throws {
        try await TokenDesk.open { desks in
            desks.server.answer(.init(status: 500))
            let token = try desks.token(for: desks.lind)
            let answer = try await desks.desk.call(.get, "/tenants", bearer: token)
            #expect(answer.status == 503 && answer.retryAfter != nil)
            // Keys of the service's own do as ever.
            #expect(try await desks.desk.call(.get, "/tenants").status == 200)
            desks.server.publish([desks.key.entry])
            desks.world.clock.advance(to: desks.world.clock.now.adding(seconds: 5))
            #expect(try await desks.desk.call(.get, "/tenants", bearer: token).status == 200)
        }
    }

    @Test func withoutAProviderATokenIsAWrongKey() async throws {
        try await AdminDesk.open { world, practice, desk in
            let token = try await TokenKey().token(Provider.claims(of: practice.tenant, now: world.clock.now))
            let answer = try await desk.call(.get, "/tenants", bearer: token)
            #expect(answer.status == 401 && answer.challenge == "Bearer")
        }
    }
}
