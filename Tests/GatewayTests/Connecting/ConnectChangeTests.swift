import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

@Suite(.everyEngine, .hangLimit) struct ConnectChangeTests {
    @Test func anotherPracticesAccountIsAConflictAndChangesNothing() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let owner = try await world.tenant()
        let other = try await world.tenant("Praxis Süd")
        #expect(try await world.connect(owner, as: "dr_a").status == 303)
        let before = (try await world.connections(owner), try await world.routes())
        for flow in SandboxFlow.allCases {
            let answer = try await world.connect(other, flow: flow, as: "dr_a")
            #expect(answer.status == 409 && answer.text.contains("another practice"))
            #expect(!answer.text.contains("Praxis Nord"))
        }
        #expect(try await world.connections(owner) == before.0)
        #expect(try await world.routes() == before.1)
        #expect(try await world.connections(other).isEmpty)
        #expect(try await world.store.tenant(other.id) == other)
        await world.end()
    }

    @Test(arguments: SandboxFlow.allCases)
    func aPracticeHoldsOneAccount(flow: SandboxFlow) async throws {
        let world = try await ConnectWorld()
        for name in ["dr_a", "dr_b"] { _ = world.sandbox.addAccount(NewAccount(username: name)) }
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let before = try await world.connections(tenant)
        let answer = try await world.connect(tenant, flow: flow, as: "dr_b")
        #expect(answer.status == 409 && answer.text.contains("another Instagram account"))
        #expect(try await world.connections(tenant) == before)
        #expect(world.activated.withLock { $0.count } == 1)
        await world.end()
    }

    @Test func aSwitchOfFlowMakesBeforeItBreaks() async throws {
        let world = try await ConnectWorld()
        let account = world.sandbox.addAccount(NewAccount(username: "dr_a")).account
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let old = try #require(try await world.connections(tenant).first)
        let page = Flow(rawValue: SandboxFlow.facebookPage.rawValue)
        try await world.store.writeGlobal { rows in
            try rows.updateTenant(tenant.id, now: tenant.createdAt) { $0.pendingFlow = page }
        }

        #expect(try await world.connect(tenant, flow: .facebookPage, as: "dr_a").status == 303)
        let all = try await world.connections(tenant)
        let new = try #require(all.first { $0.id != old.id })
        let retired = try #require(all.first { $0.id == old.id })
        #expect(all.count == 2 && new.state == .active && new.flow == page)
        #expect(retired.state == .disconnected && retired.reason == .replaced && retired.token == nil)
        let changed = try #require(try await world.store.tenant(tenant.id))
        #expect(changed.flow == page && changed.pendingFlow == nil)
        #expect(Set(try await world.routes().map(\.accountID)) == [account.id, try #require(account.pageID)])
        // What ends the old one's webhooks may meet somebody's who begins the same: the new one is looked at soon.
        let plan = try await world.store.read(tenant.id) { try $0.carePlan(of: new.id) }
        #expect(plan?.checkAt == world.clock.now.adding(seconds: 60))
        let access = try #require(AccountAccess(old))
        let fields = try await world.integrations["instagram_login"]?.subscribedFields(access)
        #expect(fields == [])
        await world.end()
    }

    /// What the Page of before goes on telling is no patient of this account's.
    @Test func aReconnectThroughAnotherPageEndsTheFirstOnesWebhooks() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a", owner: "Ann"))
        let tenant = try await world.tenant(flow: .facebookPage)
        try await world.connect(tenant, flow: .facebookPage, as: "dr_a")
        let old = try #require(try await world.connections(tenant).first)
        let other = world.sandbox.addPage(name: "Another Page", owner: "Ann")
        try world.sandbox.moveAccount("dr_a", toPage: other.id)
        #expect(try await world.connect(tenant, flow: .facebookPage, as: "dr_a").status == 303)
        let new = try #require(try await world.connections(tenant).first)
        #expect(new.id == old.id && new.facebookPageID == other.id)
        let integration = try #require(world.integrations["facebook_page"])
        #expect(try await integration.subscribedFields(try #require(AccountAccess(old))).isEmpty)
        #expect(try await integration.subscribedFields(try #require(AccountAccess(new))).contains("messages"))
        await world.end()
    }

    @Test func aReconnectKeepsTheConnectionsRow() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let old = try #require(try await world.connections(tenant).first)
        let now = world.clock.now
        try await world.store.write(tenant.id) { rows in
            try rows.noteSenderlessOwn(old.id)
            try rows.noteWebhook(old.id, receivedAt: now)
            try rows.setState(of: old.id, to: .reconnectRequired, reason: .tokenDead, now: now)
        }
        world.clock.advance(to: now.adding(seconds: 60))
        let page = try await Browser(world).get("/connect/\(try await world.link(tenant))").text
        #expect(page.contains("@dr_a") && page.contains("Please connect again") && page.contains(">Connect again</a>"))
        #expect(try await world.connect(tenant, as: "dr_a").status == 303)
        let new = try #require(try await world.connections(tenant).first)
        #expect(try await world.connections(tenant).count == 1)
        #expect(new.id == old.id && new.state == .active && new.reason == nil && new.token != old.token)
        #expect(new.senderlessOwnSeen && new.lastWebhookAt == now && new.createdAt == old.createdAt)
        #expect(new.tokenIssuedAt == now.adding(seconds: 60))
        await world.end()
    }

    @Test(arguments: [
        (FaultName.late500, "token"), (.serverError, "token"), (.truncatedAnswer, "token"), (.code100, "me"),
        (.code100, "subscribed_apps"), (.lostAnswer, "subscribed_apps"),
    ])
    func whatMetaRefusesChangesNothing(fault: FaultName, operation: String) async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        world.sandbox.switchOn(FaultRule(fault, operation: operation))
        let token = try await world.link(tenant)
        let answer = try await Browser(world).signIn(token, "&auto=allow&account=dr_a")
        #expect(answer.status == 502 && answer.text.contains("Try again in a few minutes"))
        #expect(!answer.text.contains("nsupported") && !world.log.text.contains("nsupported request"))
        #expect(try await world.connections(tenant).isEmpty)
        #expect(try await world.routes().isEmpty)
        #expect(try await world.isOpen(token))
        let noted = try await world.noted(tenant).prefix(2).map(\.action)
        #expect(noted == ["connect_link.fail", "connect_link.authorize"])
        world.sandbox.switchOff()
        #expect(try await Browser(world).signIn(token, "&auto=allow&account=dr_a").status == 303)
        await world.end()
    }

    @Test func ofTwoWhoConnectAtOnceBothEndWithOneConnection() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for flow in SandboxFlow.allCases + SandboxFlow.allCases {
                group.addTask { try await world.connect(tenant, flow: flow, as: "dr_a").status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == [303, 303, 303, 303])
        let all = try await world.connections(tenant)
        let living = all.filter { $0.state != .disconnected }
        #expect(living.count == 1 && living.first?.state == .active)
        #expect(try await world.store.tenant(tenant.id)?.flow == living.first?.flow)
        #expect(Set(try await world.routes().map(\.accountID)) == Set(living.flatMap(\.claimedIDs)))
        await world.end()
    }

    @Test func oneLinkConnectsOnceHoweverOftenItIsTried() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        var callbacks: [(Browser, String)] = []
        for _ in 0..<4 {
            let browser = Browser(world)
            callbacks.append((browser, try await browser.callback(token, "&auto=allow&account=dr_a")))
        }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for (browser, path) in callbacks { group.addTask { try await browser.get(path).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [303, 410, 410, 410])
        #expect(try await world.connections(tenant).count == 1)
        #expect(world.activated.withLock { $0.count } == 1)
        await world.end()
    }

    @Test func whileConnectingIsOffALinkStaysGoodAndNothingChanges() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        world.mayConnect.store(false, ordering: .relaxed)
        let browser = Browser(world)
        for path in ["/connect/\(token)", "/connect/\(token)/authorize"] {
            let answer = try await browser.get(path)
            #expect(answer.status == 503 && answer.text.contains("switched off"))
        }
        // A link that only shows still does.
        let manage = try await world.link(tenant, purpose: .manage)
        #expect(try await browser.get("/connect/\(manage)").location == "/practice")
        #expect(try await browser.get("/practice").status == 200)
        #expect(try await world.connections(tenant).isEmpty)
        world.mayConnect.store(true, ordering: .relaxed)
        #expect(try await Browser(world).signIn(token, "&auto=allow&account=dr_a").status == 303)
        await world.end()
    }

    @Test func aDisconnectEndsNoWebhooksThatAnotherPracticeHasByNow() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let (tenant, other) = (try await world.tenant(), try await world.tenant("Praxis Süd"))
        try await world.connect(tenant, as: "dr_a")
        let connection = try #require(try await world.connections(tenant).first)
        // Between the end of the claims and the call to Meta.
        let service = DisconnectService(
            store: world.store, integrations: world.integrations, clock: world.clock, logger: world.log.logger
        ) { _ in _ = try? await world.connect(other, as: "dr_a") }
        #expect(try await service.disconnect(connection.id, of: tenant.id, by: .service))
        let theirs = try #require(try await world.connections(other).first)
        let access = try #require(AccountAccess(theirs))
        let fields = try await world.integrations["instagram_login"]?.subscribedFields(access)
        #expect(fields?.contains("messages") == true)
        await world.end()
    }

    @Test func aDisconnectFreesTheAccountForAnotherPractice() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let connection = try #require(try await world.connections(tenant).first)
        let service = DisconnectService(
            store: world.store, integrations: world.integrations, clock: world.clock, logger: world.log.logger)
        #expect(try await service.disconnect(connection.id, of: tenant.id, by: .service))
        #expect(try await !service.disconnect(connection.id, of: tenant.id, by: .service))
        let ended = try #require(try await world.connections(tenant).first)
        #expect(ended.state == .disconnected && ended.reason == .requested && ended.token == nil)
        // The first one changed something, the second one nothing.
        let noted = try await world.noted(tenant)
        #expect(
            noted.map(\.action) == [
                "connection.disconnect", "connection.connect", "connect_link.authorize", "connect_link.create",
                "tenant.create",
            ])
        #expect(noted[0].targetID == "\(connection.id)" && noted[1].targetID == "\(connection.id)")
        // By whoever held the link, in a request.
        #expect(noted[1].actor == "connect_link" && noted[1].actorID == noted[3].targetID)
        #expect(noted[1].requestID?.isEmpty == false)
        #expect(try await world.routes().isEmpty)
        let access = try #require(AccountAccess(connection))
        #expect(try await world.integrations["instagram_login"]?.subscribedFields(access) == [])
        #expect(try await world.connect(try await world.tenant("Praxis Süd"), as: "dr_a").status == 303)
        await world.end()
    }

    @Test(arguments: [true, false])
    func pagesAndCookiesAreGuarded(isSecure: Bool) async throws {
        let world = try await ConnectWorld(publicURL: isSecure ? "https://c.example" : "http://localhost:8080")
        let token = try await world.link(try await world.tenant("<script>alert(1)</script>"))
        let browser = Browser(world)
        let page = try await browser.get("/connect/\(token)")
        #expect(!page.text.contains("<script") && page.text.contains("&lt;script&gt;"))
        #expect(page.text.contains("<html lang=\"en\">"))
        let begun = try await browser.get("/connect/\(token)/authorize")
        for answer in [page, begun] {
            #expect(answer.header("cache-control") == "no-store")
            #expect(answer.header("referrer-policy") == "no-referrer")
            #expect(answer.header("x-content-type-options") == "nosniff")
            let policy = try #require(answer.header("content-security-policy"))
            for part in ["default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                #expect(policy.contains(part))
            }
        }
        let cookie = try #require(begun.header("set-cookie"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
        #expect(cookie.contains("Secure") == isSecure && cookie.hasPrefix("__Host-") == isSecure)
        let style = try await browser.get("/assets/clariva.css")
        #expect(style.status == 200 && style.header("content-type")?.hasPrefix("text/css") == true)
        await world.end()
    }

    @Test func templatesEscapeEverythingThatTheyFillIn() {
        let pages: [any Page.Type] = [
            ConnectPage.self, AccountsPage.self, DonePage.self, FaultPage.self, DeletionStatusPage.self,
            PracticePage.self, DisconnectPage.self, SignedOutPage.self,
        ]
        for text in pages.map({ $0.template }) + Array(PageLayout.partials.values) {
            #expect(!text.contains("{{{") && !text.contains("{{&") && !text.contains("{{%"))
            #expect(!text.contains("<script") && !text.contains("style="))
        }
    }
}
