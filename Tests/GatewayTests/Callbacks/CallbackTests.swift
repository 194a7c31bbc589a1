import Cryptography
import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

import struct Hummingbird.Request

@testable import Gateway

/// Meta's callbacks about persons over real HTTP, as the sandbox sends them.
@Suite(.everyEngine, .hangLimit) struct CallbackTests {
    /// One assistant, who has connected two practices through a Page each; a third practice is somebody else's.
    private func assistants(_ world: ConnectWorld) async throws -> (own: [Tenant], other: Tenant) {
        var tenants: [Tenant] = []
        for (name, owner) in [("dr_a", "assistant"), ("dr_b", "assistant"), ("dr_c", "somebody")] {
            let account = world.sandbox.addAccount(NewAccount(username: name, owner: owner)).account
            let tenant = try await world.tenant(name, flow: .facebookPage)
            let browser = Browser(world)
            let token = try await world.link(tenant, flow: .facebookPage)
            let answer = try await browser.signIn(token, "&auto=allow&account=\(name)")
            if answer.location?.hasSuffix("/accounts") == true {
                let choice = try await browser.get("/connect/\(token)/accounts")
                let csrf = try #require(choice.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1
                let page = try #require(account.pageID)
                _ = try await browser.post("/connect/\(token)/accounts", "account=\(page)&csrf=\(csrf)")
            }
            #expect(try await world.connections(tenant).map(\.state) == [.active])
            tenants.append(tenant)
        }
        return (Array(tenants.prefix(2)), tenants[2])
    }

    private func post(_ world: ConnectWorld, _ path: String, _ account: String, _ flow: SandboxFlow) async throws
        -> PostedBody
    {
        try await world.sandbox.postSignedRequest(to: world.base + path, account: account, flow: flow)
    }

    /// A form as Meta would send it, with any payload and secret.
    private func post(
        _ world: ConnectWorld, _ path: String, payload: JSONValue,
        secret: String = SandboxConfiguration().instagramApp.secret
    ) async throws -> Integrations.HTTPResponse {
        let encoded = Base64URL.encode(payload.encoded())
        let code = Base64URL.encode(try HMACKey(utf8: secret).authenticate(Array(encoded.utf8)))
        return try await form(world, path, "signed_request=\(code).\(encoded)")
    }

    private func form(_ world: ConnectWorld, _ path: String, _ form: String) async throws -> Integrations.HTTPResponse {
        try await world.client.send(
            HTTPRequest(
                .post, world.base + path,
                headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
                body: Array(form.utf8), isIdempotent: false))
    }

    private func person(_ world: ConnectWorld, _ tenant: Tenant) async throws -> String {
        try #require(try await world.connections(tenant).first?.appUserID)
    }

    @Test func deauthorizeIsAboutEveryConnectionOfThePersonAndNoOther() async throws {
        let world = try await ConnectWorld()
        let (own, other) = try await assistants(world)
        for _ in 1...2 {
            #expect(try await post(world, "/meta/deauthorize", "dr_a", .facebookPage).status == 200)
            for tenant in own {
                let connection = try #require(try await world.connections(tenant).first)
                #expect(connection.state == .reconnectRequired && connection.reason == .deauthorized)
                #expect(connection.token == nil && connection.tokenExpiresAt == nil)
                // Who connected is not forgotten: that is another request.
                #expect(connection.appUserID != nil && connection.username != nil)
            }
        }
        for tenant in own {
            let noted = try await world.noted(tenant).filter { $0.action == "connection.deauthorize" }
            #expect(noted.count == 1)
            #expect(noted.first?.actor == "meta" && noted.first?.actorID == "facebook")
            #expect(noted.first?.requestID?.isEmpty == false)
            #expect(noted.first?.targetID == (try await world.connections(tenant).first?.id.description))
            #expect(noted.first?.detail.contains(try await person(world, tenant)) == false)
        }
        #expect(try await world.noted(other).allSatisfy { $0.actor != "meta" })
        let untouched = try #require(try await world.connections(other).first)
        #expect(untouched.state == .active && untouched.token != nil)
        #expect(world.log.text.split(separator: "\n").count { $0.contains("deauthorized") } == 2)
        // The claim stays, and the doctor may come back.
        #expect(try await world.connect(own[0], flow: .facebookPage, as: "dr_a").status == 303)
        await world.end()
    }

    @Test func theSameNumberInTheOtherAppIsAnotherPerson() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let before = try await world.connections(tenant)
        let payload: JSONValue = [
            "algorithm": "HMAC-SHA256", "user_id": .string(try await person(world, tenant)),
            "issued_at": .integer(world.clock.now.milliseconds / 1000),
        ]
        for path in ["/meta/deauthorize", "/meta/data-deletion"] {
            let answer = try await post(
                world, path, payload: payload, secret: SandboxConfiguration().facebookApp.secret)
            #expect(answer.status == 200)
            #expect(try await world.connections(tenant) == before)
        }
        #expect(try await post(world, "/meta/deauthorize", payload: payload).status == 200)
        #expect(try await world.connections(tenant).map(\.reason) == [.deauthorized])
        await world.end()
    }

    @Test func deletionDestroysThePersonsDataAndKeepsThePracticesClaim() async throws {
        let world = try await ConnectWorld()
        let account = world.sandbox.addAccount(NewAccount(username: "dr_a")).account
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let person = try await person(world, tenant)
        #expect(Set(try await world.routes().map(\.accountID)) == [account.id, person])

        let answer = try await post(world, "/meta/data-deletion", "dr_a", .instagramLogin)
        #expect(answer.status == 200)
        let json = try JSONValue.parse(answer.answer)
        let code = try #require(json["confirmation_code"]?.string)
        #expect(json["url"]?.string == "\(world.publicURL)/meta/data-deletion/\(code)")
        #expect(code.wholeMatch(of: /[0-9a-f]{64}/) != nil && json.object?.count == 2)

        let noted = try #require(try await world.noted(tenant).first)
        #expect(noted.action == "connection.forget" && noted.actor == "meta" && noted.actorID == "instagram")
        #expect(!noted.detail.contains(person))

        let connection = try #require(try await world.connections(tenant).first)
        #expect(connection.state == .reconnectRequired && connection.reason == .deauthorized)
        #expect(connection.token == nil && connection.appUserID == nil && connection.username == nil)
        #expect(connection.aliases.isEmpty && connection.instagramPageID == account.id)
        #expect(try await world.routes().map(\.accountID) == [account.id])

        // Meta repeats itself: the same answer, and the receipt still tells of what was there.
        let again = try await post(world, "/meta/data-deletion", "dr_a", .instagramLogin)
        #expect(again.status == 200 && again.answer == answer.answer)
        let browser = Browser(world)
        let page = try await browser.get("/meta/data-deletion/\(code)")
        #expect(page.status == 200 && page.text.contains("are destroyed") && page.text.contains("Instagram"))
        #expect(page.header("cache-control") == "no-store")
        for text in [page.text, world.log.text] { #expect(!text.contains(person) && !text.contains("dr_a")) }
        #expect(!world.log.text.contains(code))
        await world.end()
    }

    @Test func deletionIsAboutEveryConnectionOfThePersonAndNoOther() async throws {
        let world = try await ConnectWorld()
        let (own, other) = try await assistants(world)
        let person = try await person(world, own[0])
        let untouched = try await world.connections(other)
        let claimed = Set(try await world.routes().map(\.accountID))
        // Meta repeats itself: the receipt still tells of what was there.
        for _ in 1...2 {
            let answer = try await post(world, "/meta/data-deletion", "dr_a", .facebookPage)
            #expect(answer.status == 200)
            let code = try #require(try JSONValue.parse(answer.answer)["confirmation_code"]?.string)
            let receipt = try #require(try await DataDeletions(world.store).find(code))
            #expect(receipt.app == "facebook" && receipt.connections == 2)
            let page = try await Browser(world).get("/meta/data-deletion/\(code)")
            #expect(page.status == 200 && page.text.contains("are destroyed") && page.text.contains("Facebook"))
        }
        for tenant in own {
            let connection = try #require(try await world.connections(tenant).first)
            #expect(connection.state == .reconnectRequired && connection.reason == .deauthorized)
            #expect(connection.token == nil && connection.appUserID == nil && connection.username == nil)
            let noted = try await world.noted(tenant).filter { $0.action == "connection.forget" }
            #expect(noted.count == 1 && noted.first?.actorID == "facebook")
            #expect(noted.first?.detail.contains(person) == false)
        }
        #expect(untouched.map(\.state) == [.active] && untouched.first?.token != nil)
        #expect(try await world.connections(other) == untouched)
        #expect(try await world.noted(other).allSatisfy { $0.actor != "meta" })
        // Nothing is claimed by the person's id in this flow; accounts and Pages are the practices', and stay claimed.
        #expect(!claimed.contains(person))
        #expect(Set(try await world.routes().map(\.accountID)) == claimed)
        await world.end()
    }

    @Test func anEndedConnectionIsForgottenAsWell() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let connection = try #require(try await world.connections(tenant).first)
        try await DisconnectService(
            store: world.store, integrations: world.integrations, clock: world.clock, logger: world.log.logger
        ).disconnect(connection.id, of: tenant.id, by: .service)
        #expect(try await post(world, "/meta/deauthorize", "dr_a", .instagramLogin).status == 200)
        #expect(try await world.connections(tenant).map(\.reason) == [.requested])
        #expect(try await post(world, "/meta/data-deletion", "dr_a", .instagramLogin).status == 200)
        let ended = try #require(try await world.connections(tenant).first)
        #expect(ended.state == .disconnected && ended.reason == .requested)
        #expect(ended.appUserID == nil && ended.username == nil && ended.aliases.isEmpty)
        await world.end()
    }

    @Test func somebodyUnknownIsAnsweredAlike() async throws {
        let world = try await ConnectWorld()
        let payload: JSONValue = ["algorithm": "HMAC-SHA256", "user_id": "4711", "issued_at": 1_790_000_000]
        let gone = try await post(world, "/meta/deauthorize", payload: payload)
        #expect(gone.status == 200 && gone.body.isEmpty)
        let deleted = try await post(world, "/meta/data-deletion", payload: payload)
        let code = try #require(try JSONValue.parse(deleted.body)["confirmation_code"]?.string)
        let page = try await Browser(world).get("/meta/data-deletion/\(code)")
        #expect(page.status == 200 && page.text.contains("Nothing was held about you"))
        await world.end()
    }

    @Test func aRequestThatIsOlderThanTheConsentLeavesIt() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let consent = world.clock.now.milliseconds / 1000
        func payload(_ seconds: Int64) async throws -> JSONValue {
            [
                "algorithm": "HMAC-SHA256", "user_id": .string(try await person(world, tenant)),
                "issued_at": .integer(consent + seconds),
            ]
        }
        let old = try await payload(-PersonCallback.tolerance - 1)
        for path in ["/meta/deauthorize", "/meta/data-deletion"] {
            #expect(try await post(world, path, payload: old).status == 200)
        }
        #expect(try await world.connections(tenant).map(\.state) == [.active])
        // Clocks are never quite the same.
        let close = try await payload(-PersonCallback.tolerance)
        #expect(try await post(world, "/meta/deauthorize", payload: close).status == 200)
        #expect(try await world.connections(tenant).map(\.state) == [.reconnectRequired])
        await world.end()
    }

    @Test func aPersonIsFoundByAnAliasToo() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let connection = try #require(try await world.connections(tenant).first)
        let id = try #require(connection.appUserID)
        var changed = connection
        changed.appUserID = "8000000000000001"
        let stored = changed
        try await world.store.write(tenant.id) { _ = try $0.updateConnection(stored) }
        let payload: JSONValue = ["algorithm": "HMAC-SHA256", "user_id": .string(id)]
        #expect(try await post(world, "/meta/data-deletion", payload: payload).status == 200)
        let after = try #require(try await world.connections(tenant).first)
        #expect(after.token == nil && after.appUserID == nil && after.aliases.isEmpty)
        await world.end()
    }

    @Test func whatMetaHasNotSignedChangesNothing() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let before = try await world.connections(tenant)
        let id = try await person(world, tenant)
        let payload: JSONValue = ["algorithm": "HMAC-SHA256", "user_id": .string(id)]
        let unsigned = Base64URL.encode(payload.encoded())
        for path in ["/meta/deauthorize", "/meta/data-deletion"] {
            #expect(try await post(world, path, payload: payload, secret: "somebody-else").status == 401)
            for algorithm in ["none", "HMAC-SHA1"] {
                let other: JSONValue = ["algorithm": .string(algorithm), "user_id": .string(id)]
                #expect(try await post(world, path, payload: other).status == 401)
            }
            #expect(try await post(world, path, payload: ["algorithm": "HMAC-SHA256"]).status == 400)
            for text in [
                "", "signed_request=", "signed_request=.\(unsigned)", "signed_request=\(unsigned)", "a=b", "a=b&a=c",
                "signed_request=\(unsigned)&signed_request=\(unsigned)", "%zz=%",
                "signed_request[a]=b&signed_request=c",
            ] {
                #expect(try await form(world, path, text).status == 400, "\(text)")
            }
            let long = String(repeating: "a", count: Request.largestForm)
            #expect(try await form(world, path, "signed_request=\(long)").status == 413)
            #expect(try await Browser(world).get(path).status == 405)
        }
        #expect(try await world.connections(tenant) == before)
        #expect(!world.log.text.contains(id))
        await world.end()
    }

    @Test(arguments: ["x", "4711", "..%2f..", String(repeating: "A", count: 43), String(repeating: "A", count: 5000)])
    func aCodeThatWasNeverGivenIsNotFound(_ code: String) async throws {
        let world = try await ConnectWorld()
        let answer = try await Browser(world).get("/meta/data-deletion/\(code)")
        #expect(answer.status == 404 && answer.header("content-type") == "text/html; charset=utf-8")
        await world.end()
    }
}
