import Foundation
import Integrations
import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The practice's own page over HTTP: what it shows, and what its buttons do.
@Suite(.everyEngine, .hangLimit) struct PracticePageTests {
    /// A practice, and a browser that its link has let in.
    private func visit(
        _ world: ConnectWorld, locale: String = "en", connected: Bool = true
    ) async throws -> (tenant: Tenant, browser: Browser) {
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant(locale: locale)
        if connected { #expect(try await world.connect(tenant, as: "dr_a").status == 303) }
        let browser = Browser(world)
        let opened = try await browser.get("/connect/\(try await world.link(tenant, purpose: .manage))")
        #expect(opened.status == 303 && opened.location == "/practice")
        return (tenant, browser)
    }

    private func csrf(_ page: Browser.Answer) throws -> String {
        String(try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1)
    }

    @Test(arguments: [
        ("en", ["Instagram messages", "All is well", "@dr_a", "Instagram Login", "not yet", "Answered today"]),
        ("de-DE", ["Instagram-Nachrichten", "Alles in Ordnung", "@dr_a", "Instagram Login", "noch nicht"]),
    ])
    func thePageTellsHowThingsAre(locale: String, texts: [String]) async throws {
        let world = try await ConnectWorld()
        let (_, browser) = try await visit(world, locale: locale)
        // Meta is not asked: it would not answer.
        world.sandbox.switchOn(FaultRule(.serverError))
        let page = try await browser.get("/practice")
        #expect(page.status == 200)
        for text in texts + ["Praxis Nord"] { #expect(page.text.contains(text), "\(text)") }
        #expect(page.text.contains("<html lang=\"\(locale.prefix(2))\">"))
        #expect(!page.text.contains("{{") && !page.text.contains("[["))
        let token = try await world.connections(try #require(try await world.onlyTenant())).first?.token
        #expect(!page.text.contains(try #require(token)))
        #expect(world.sandbox.strikes.isEmpty)
        await world.end()
    }

    @Test func aDeadConnectionSaysSoAndIsRenewedFromThePage() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        let old = try #require(try await world.connections(tenant).first)
        let now = world.clock.now
        try await world.store.write(tenant.id) { rows in
            try rows.setState(of: old.id, to: .reconnectRequired, reason: .tokenDead, now: now)
        }
        let page = try await browser.get("/practice")
        #expect(page.text.contains("banner fail") && page.text.contains("Please connect again"))
        let next = try await browser.post("/practice/reconnect", "csrf=\(try csrf(page))")
        let path = try #require(next.location)
        #expect(next.status == 303 && path.hasPrefix("/connect/"))
        let token = String(path.dropFirst("/connect/".count))
        #expect(try await ConnectLinks(world.store).find(token)?.purpose == .reconnect)
        let answer = try await browser.signIn(token, "&auto=allow&account=dr_a")
        #expect(answer.location == "\(path)/done")
        let done = try await browser.get("\(path)/done")
        #expect(done.text.contains("href=\"/practice\""))
        // Whoever has no session sees no way to it.
        #expect(try await !Browser(world).get("\(path)/done").text.contains("href=\"/practice\""))
        #expect(try await browser.get("/practice").text.contains("All is well"))
        let connections = try await world.connections(tenant)
        #expect(connections.count == 1 && connections.first?.id == old.id)
        await world.end()
    }

    @Test func theFlowIsSwitchedFromThePageAndASwitchCanBeGivenUp() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        let token = try csrf(try await browser.get("/practice"))
        func post(_ flow: String) async throws -> Browser.Answer {
            try await browser.post("/practice/switch-flow", "csrf=\(token)&flow=\(flow)")
        }
        #expect(try await post("facebook_page").status == 303)
        let pending = try await browser.get("/practice")
        #expect(pending.text.contains("Go on with the switch") && pending.text.contains("Stay with Instagram Login"))
        #expect(try await post("instagram_login").location == "/practice")
        #expect(try await world.store.tenant(tenant.id)?.pendingFlow == nil)
        #expect(try await !browser.get("/practice").text.contains("Stay with"))

        let path = try #require(try await post("facebook_page").location)
        let answer = try await browser.signIn(
            String(path.dropFirst("/connect/".count)), "&auto=allow&account=dr_a")
        #expect(answer.status == 303)
        let living = try await world.connections(tenant).filter { $0.state != .disconnected }
        #expect(living.map(\.flow.rawValue) == ["facebook_page"])
        for wrong in ["", "of_tomorrow", "facebook_page%0d%0aSet-Cookie:+a%3Db"] {
            let refused = try await post(wrong)
            #expect(refused.status == 503 && refused.header("set-cookie") == nil)
        }
        await world.end()
    }

    @Test func disconnectingIsAskedForOnceMore() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        let connection = try #require(try await world.connections(tenant).first)
        let ask = try await browser.get("/practice/disconnect")
        #expect(ask.status == 200 && ask.text.contains("@dr_a is disconnected from Praxis Nord"))
        #expect(try await world.connections(tenant).first?.state == .active)
        let token = try csrf(ask)
        // A page that was left open names another connection.
        let stale = ConnectionID(Identifier(high: 1 << 60, low: 1))
        _ = try await browser.post("/practice/disconnect", "csrf=\(token)&connection=\(stale)")
        #expect(try await browser.post("/practice/disconnect", "csrf=\(token)&connection=x").status == 403)
        #expect(try await world.connections(tenant).first?.state == .active)
        let done = try await browser.post("/practice/disconnect", "csrf=\(token)&connection=\(connection.id)")
        #expect(done.status == 303 && done.location == "/practice")
        #expect(try await world.connections(tenant).first?.state == .disconnected)
        let page = try await browser.get("/practice")
        #expect(page.text.contains("No account is connected") && page.text.contains("Connect an account"))
        #expect(try await browser.get("/practice/disconnect").location == "/practice")
        // The first connection is made from here as well.
        let again = try await browser.post("/practice/reconnect", "csrf=\(token)")
        #expect(again.location?.hasPrefix("/connect/") == true)
        await world.end()
    }

    @Test func everyChangeIsNotedWithItsSession() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        let connection = try #require(try await world.connections(tenant).first)
        let before = try await world.noted(tenant).count
        let token = try csrf(try await browser.get("/practice"))
        _ = try await browser.get("/practice/disconnect")
        for form in [
            ("reconnect", ""), ("switch-flow", "&flow=facebook_page"), ("disconnect", "&connection=\(connection.id)"),
        ] {
            _ = try await browser.post("/practice/\(form.0)", "csrf=nonsense\(form.1)")
            _ = try await browser.post("/practice/\(form.0)", "csrf=\(token)\(form.1)")
        }
        let noted = try await world.noted(tenant)
        #expect(noted.count == before + 3, "one entry each, and none for what was refused")
        #expect(noted.prefix(3).map(\.action) == ["connection.disconnect", "tenant.flow", "connect_link.create"])
        for entry in noted.prefix(3) {
            #expect(entry.actor == "practice_session" && entry.actorID?.count == 16)
            #expect(entry.requestID?.isEmpty == false)
        }
        #expect(Set(noted.prefix(3).map(\.actorID)).count == 1)
        await world.end()
    }

    @Test func aLinkThatIsWithdrawnTakesItsSessionsAlong() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        #expect(try await browser.get("/practice").status == 200)
        let token = try await world.link(tenant)
        let links = ConnectLinks(world.store)
        #expect(try await links.withdraw(of: tenant.id, by: .service, now: world.clock.now) >= 2)
        #expect(try await browser.get("/practice").status == 403)
        #expect(try await Browser(world).get("/connect/\(token)").status == 410)
        let entry = try #require(try await world.noted(tenant).first)
        #expect(entry.action == "connect_link.withdraw")
        #expect(try await links.withdraw(of: tenant.id, by: .service, now: world.clock.now) == 0)
        await world.end()
    }

    @Test func comingAndGoingIsNoted() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        let token = try csrf(try await browser.get("/practice"))
        _ = try await browser.post("/practice/sign-out", "csrf=nonsense")
        _ = try await browser.post("/practice/sign-out", "csrf=\(token)")
        let entries = try await world.noted(tenant).filter { $0.action.hasPrefix("practice.") }
        #expect(entries.map(\.action) == ["practice.sign_out", "practice.sign_in"])
        #expect(entries.map(\.actor) == ["practice_session", "connect_link"])
        #expect(Set(entries.map(\.targetID)).count == 1 && entries.first?.targetID == entries.first?.actorID)
        await world.end()
    }

    @Test func switchedOffThingsAreSaidAndNotDone() async throws {
        let world = try await ConnectWorld()
        let (tenant, browser) = try await visit(world)
        for off in [Switches(sending: false), Switches(processing: false)] {
            world.switches.withLock { $0 = off }
            let page = try await browser.get("/practice")
            #expect(page.text.contains("banner warn") && page.text.contains("by the operator"))
        }
        let page = try await browser.get("/practice")
        world.mayConnect.store(false, ordering: .relaxed)
        for form in [("reconnect", ""), ("switch-flow", "&flow=facebook_page")] {
            let answer = try await browser.post("/practice/\(form.0)", "csrf=\(try csrf(page))\(form.1)")
            #expect(answer.status == 503 && answer.text.contains("switched off"))
        }
        #expect(try await world.store.tenant(tenant.id)?.pendingFlow == nil)
        await world.end()
    }
}

extension ConnectWorld {
    /// The one tenant of a test that has no more.
    func onlyTenant() async throws -> Tenant? {
        try await store.readGlobal { try $0.tenants(limit: 2) }.first
    }
}
