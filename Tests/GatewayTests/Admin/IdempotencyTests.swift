import HTTPTypes
import Hummingbird
import Integrations
import MetaSandbox
import Storage
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Requests that come twice over real HTTP.
@Suite(.everyEngine, .hangLimit) struct IdempotencyTests {
    private static let practice: JSONValue = ["name": "Dr. Grey", "flow": "instagram_login"]

    /// As a process that ended between effect and answer leaves it.
    private func loseTheAnswer(_ world: PracticeWorld, claimedUntil: Int64 = 0) async throws {
        try await world.change(["UPDATE idempotency SET answer = NULL, claimed_until = \(claimedUntil)"])
    }

    private func tenants(_ desk: AdminDesk) async throws -> Int {
        try await desk.call(.get, "/tenants").json["data"]?.array?.count ?? 0
    }

    @Test func theSameRequestIsAnsweredAsBefore() async throws {
        try await AdminDesk.open { _, _, desk in
            let before = try await tenants(desk)
            let first = try await desk.call(.post, "/tenants", Self.practice, once: "a")
            #expect(first.status == 201 && !first.isReplayed)
            let again = try await desk.call(.post, "/tenants", Self.practice, once: "a")
            #expect(again.status == 201 && again.isReplayed)
            #expect(again.json == first.json && again.etag == first.etag && again.location == first.location)
            let other = try await desk.call(.post, "/tenants", ["name": "B", "flow": "instagram_login"], once: "a")
            #expect(other.status == 409 && other.retryAfter == nil)
            let second = try await desk.call(.post, "/tenants", Self.practice, once: "b")
            #expect(second.status == 201 && second.json["id"] != first.json["id"])
            #expect(try await tenants(desk) == before + 2)
            // Without a key each request is its own.
            #expect(try await desk.call(.post, "/tenants", Self.practice).json["id"] != first.json["id"])
        }
    }

    @Test func aFaultyRequestIsAnsweredAsBefore() async throws {
        try await AdminDesk.open { _, _, desk in
            for isReplayed in [false, true] {
                let answer = try await desk.call(.post, "/tenants", ["name": "", "flow": "x"], once: "a")
                #expect(answer.status == 422 && answer.isReplayed == isReplayed)
                #expect(answer.json["errors"]?.array?.count == 2)
            }
        }
    }

    @Test func whatSaysWhenToTryAgainIsNotKept() {
        #expect(StoredAnswer.isKept(.conflict, [:]) && StoredAnswer.isKept(.created, [:]))
        #expect(!StoredAnswer.isKept(.conflict, [.retryAfter: "60"]))
        #expect(!StoredAnswer.isKept(.tooManyRequests, [.retryAfter: "1"]))
        #expect(!StoredAnswer.isKept(.serviceUnavailable, [:]))
    }

    @Test(arguments: ["", "a b", "ä", "a\tb", String(repeating: "k", count: 256)])
    func aKeyThatIsNoneIsRefused(_ key: String) throws {
        #expect(throws: Problem.self) { try IdempotencyKey([.idempotencyKey: key]) }
    }

    @Test func aKeyIsOneWordOfVisibleCharacters() throws {
        #expect(try IdempotencyKey([:]) == nil)
        for key in ["a", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", String(repeating: "~", count: 255)] {
            #expect(try IdempotencyKey([.idempotencyKey: key])?.text == key)
        }
        var two: HTTPFields = [.idempotencyKey: "a"]
        two.append(HTTPField(name: .idempotencyKey, value: "b"))
        #expect(throws: Problem.self) { try IdempotencyKey(two) }
    }

    @Test func theTextOfAnAPIKeyIsShownOnce() async throws {
        try await AdminDesk.open { world, _, desk in
            let body: JSONValue = ["name": "n", "scope": "read"]
            let first = try await desk.call(.post, "/api-keys", body, once: "a")
            #expect(first.status == 201 && first.json["key"]?.string?.hasPrefix("clv_") == true)
            let again = try await desk.call(.post, "/api-keys", body, once: "a")
            #expect(again.status == 201 && again.isReplayed)
            #expect(again.json["key"] == nil && again.json["id"] == first.json["id"])
            try await loseTheAnswer(world)
            let late = try await desk.call(.post, "/api-keys", body, once: "a")
            #expect(late.status == 201 && !late.isReplayed)
            #expect(late.json["key"] == nil && late.json["id"] == first.json["id"])
            #expect(try await desk.call(.get, "/api-keys").json["data"]?.array?.count == 1)
        }
    }

    @Test func answersAreSealed() async throws {
        try await AdminDesk.open { world, practice, desk in
            let path = "/tenants/\(practice.tenant)/connect-links"
            let first = try await desk.call(.post, path, [:], once: "a")
            #expect(try await desk.call(.post, path, [:], once: "a").json == first.json)
            let rows = try await world.sql("SELECT answer FROM idempotency")
            let answers = try rows.map { row in
                var columns = row.columns
                return String(decoding: try columns.blob(), as: UTF8.self)
            }
            #expect(answers.count == 1 && !answers[0].contains("connect") && !answers[0].contains("purpose"))
        }
    }

    @Test func equalRequestsAtTheSameTimeHaveOneEffect() async throws {
        try await AdminDesk.open { _, _, desk in
            let before = try await tenants(desk)
            let answers = try await withThrowingTaskGroup(of: AdminDesk.Answer.self) { group in
                for _ in 0..<24 {
                    group.addTask { try await desk.call(.post, "/tenants", Self.practice, once: "a") }
                }
                return try await group.reduce(into: [AdminDesk.Answer]()) { $0.append($1) }
            }
            #expect(try await tenants(desk) == before + 1)
            #expect(answers.count { $0.status == 201 && !$0.isReplayed } == 1)
            for answer in answers where answer.status != 201 {
                #expect(answer.status == 409 && answer.retryAfter == "1")
            }
            #expect(Set(answers.compactMap { $0.json["id"]?.string }).count == 1)
            #expect(try await desk.call(.post, "/tenants", Self.practice, once: "a").isReplayed)
        }
    }

    @Test func aTenantIsMadeOnceAlthoughTheAnswerWasLost() async throws {
        try await AdminDesk.open { world, _, desk in
            let before = try await tenants(desk)
            let first = try await desk.call(.post, "/tenants", Self.practice, once: "a")
            let end = world.clock.now.adding(seconds: TenantRows.claimSeconds)
            try await loseTheAnswer(world, claimedUntil: end.milliseconds)
            let early = try await desk.call(.post, "/tenants", Self.practice, once: "a")
            #expect(early.status == 409 && early.retryAfter == "1")
            world.clock.advance(to: end)
            let late = try await desk.call(.post, "/tenants", Self.practice, once: "a")
            #expect(late.status == 201 && !late.isReplayed && late.json == first.json)
            #expect(try await desk.call(.post, "/tenants", Self.practice, once: "a").isReplayed)
            #expect(try await tenants(desk) == before + 1)
        }
    }

    @Test func aPersonsMessageGoesOnceAlthoughTheAnswerWasLost() async throws {
        try await AdminDesk.open { world, practice, desk in
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let base = "/tenants/\(practice.tenant)"
            let list = try await desk.call(.get, "\(base)/conversations").json["data"]?.array
            let path = "\(base)/conversations/\(try #require(list?.first?["id"]?.string))/messages"
            let first = try await desk.call(.post, path, ["text": "It is me."], once: "a")
            #expect(first.status == 202)
            try await loseTheAnswer(world)
            let late = try await desk.call(.post, path, ["text": "It is me."], once: "a")
            #expect(late.status == 202 && late.json["id"] == first.json["id"])
            #expect(try await desk.call(.post, path, ["text": "It is me."], once: "a").isReplayed)
            try await world.settle()
            #expect(world.sandbox.sends().count { $0.text == "It is me." } == 1)
            // What became of it meanwhile is no reason to do it again.
            let reply = "\(base)/replies/\(try #require(first.json["id"]?.string))"
            #expect(try await desk.call(.post, "\(reply)/cancel", once: "b").status == 409)
        }
    }

    @Test func aReplyIsCancelledOnce() async throws {
        try await AdminDesk.open { world, practice, desk in
            world.sandbox.switchOn(FaultRule(.throttle, operation: "send"))
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            let base = "/tenants/\(practice.tenant)/replies"
            let list = try await desk.call(.get, base).json["data"]?.array
            let path = "\(base)/\(try #require(list?.first?["id"]?.string))/cancel"
            let first = try await desk.call(.post, path, once: "a")
            #expect(first.status == 200 && first.json["state"]?.string == "cancelled")
            try await loseTheAnswer(world)
            #expect(try await desk.call(.post, path, once: "a").status == 200)
            #expect(try await desk.call(.post, path, once: "b").status == 409)
        }
    }

    @Test func eachCallerHasKeysOfItsOwn() async throws {
        try await AdminDesk.open { world, practice, desk in
            let own = try await APIKeys(try world.store).create(
                name: "own", scope: .tenant(practice.tenant), now: world.clock.now
            ).text
            let path = "/tenants/\(practice.tenant)/connect-links"
            let first = try await desk.call(.post, path, [:], once: "a")
            let other = try await desk.call(.post, path, [:], once: "a", bearer: own)
            #expect(other.status == 201 && !other.isReplayed && other.json != first.json)
            // A tenant that the caller does not see is not there, with or without a key.
            let foreign = try await desk.call(.post, "/tenants", Self.practice, once: "b").json["id"]?.string ?? ""
            for once in [nil, "a", "b"] {
                let answer = try await desk.call(
                    .post, "/tenants/\(foreign)/connect-links", [:], once: once, bearer: own)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func whatFailedIsTriedAgain() async throws {
        let world = try await PracticeWorld()
        let router = GatewayRouter()
        let store = try world.store
        let attempts = Mutex(0)
        let routes = router.group()
        routes.add(middleware: AsAdministrator())
        routes.add(middleware: IdempotencyMiddleware(store: store, clock: world.clock))
        routes.post("v1/odd") { _, _ -> Response in
            switch attempts.withLock({ count -> Int in
                count += 1
                return count
            }) {
            case 1: throw StorageError(.unavailable, "gone")
            case 2: throw StorageError(.other, "odd")
            case 3: throw Problem(.tooManyRequests)
            default: return Response(status: .noContent)
            }
        }
        let (server, port) = try await AdminDesk.serve(router, world)
        let transport = try CurlTransport()
        var statuses: [Int] = []
        for _ in 0..<5 {
            let answer = try await transport.send(
                Integrations.HTTPRequest(
                    .post, "http://127.0.0.1:\(port)/v1/odd", headers: [("Idempotency-Key", "a")], body: [],
                    isIdempotent: false))
            statuses.append(answer.status)
        }
        #expect(statuses == [503, 500, 429, 204, 204])
        #expect(attempts.withLock { $0 } == 4)
        await server.ended()
        transport.shutdown()
        await world.end()
    }

    private struct AsAdministrator: RouterMiddleware {
        typealias Context = GatewayRequestContext

        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            var context = context
            context.identity = APIIdentity(keyID: nil, scope: .admin)
            return try await next(request, context)
        }
    }
}
