import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

@Suite(.everyEngine, .hangLimit) struct ConnectFlowTests {
    @Test(arguments: SandboxFlow.allCases)
    func aDoctorConnectsThroughALink(flow: SandboxFlow) async throws {
        let world = try await ConnectWorld()
        let account = world.sandbox.addAccount(NewAccount(username: "dr_a")).account
        let tenant = try await world.tenant(flow: flow)
        let token = try await world.link(tenant, flow: flow)
        let browser = Browser(world)
        let page = try await browser.get("/connect/\(token)")
        #expect(page.status == 200 && page.text.contains("Praxis Nord"))
        #expect(page.text.contains("href=\"/connect/\(token)/authorize\"") && page.text.contains(">Continue</a>"))
        for scope in try #require(world.integrations[flow.rawValue]).requestedScopes {
            #expect(page.text.contains("<code>\(scope)</code>"))
        }
        #expect(!page.text.contains("{{") && !page.text.contains("Connected now"))

        let answer = try await browser.signIn(token, "&auto=allow&account=dr_a")
        #expect(answer.status == 303 && answer.location == "/connect/\(token)/done")
        let connection = try #require(try await world.connections(tenant).first)
        #expect(connection.state == .active && connection.flow.rawValue == flow.rawValue)
        #expect(connection.instagramPageID == account.id && connection.username == "dr_a")
        #expect(connection.subscribedFields.contains("messages") && connection.token != nil)
        #expect(connection.tokenIssuedAt == world.clock.now && connection.appUserID != nil)
        #expect((connection.tokenExpiresAt != nil) == (flow == .instagramLogin))
        let alias = flow == .instagramLogin ? account.appScopedID : try #require(account.pageID)
        #expect(Set(try await world.routes().map(\.accountID)) == [account.id, alias])
        #expect(world.activated.withLock { $0 } == [connection.id])

        let noted = try await world.noted(tenant)
        let actions = ["connection.connect", "connect_link.authorize", "connect_link.create", "tenant.create"]
        #expect(noted.map(\.action) == actions)
        #expect(Set(noted.prefix(2).map(\.actor)) == ["connect_link"])
        #expect(noted[1].targetID == noted[2].targetID && noted[1].requestID?.isEmpty == false)

        let done = try await browser.get("/connect/\(token)/done")
        #expect(done.status == 200 && done.text.contains("@dr_a"))
        for path in ["", "/authorize", "/accounts"] {
            #expect(try await browser.get("/connect/\(token)\(path)").status == 410)
        }
        let secret = try #require(connection.token)
        #expect(!world.log.text.contains(secret) && !done.text.contains(secret) && !world.log.text.contains(token))
        await world.end()
    }

    @Test func theBrowserReturnsToWhereTheLinkSays() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let token = try await world.link(try await world.tenant(), returnURL: "https://app.example/back?x=1")
        let answer = try await Browser(world).signIn(token, "&auto=allow&account=dr_a")
        #expect(answer.status == 303 && answer.location == "https://app.example/back?x=1")
        await world.end()
    }

    @Test func aStateIsGoodOnceForTenMinutesAndForItsBrowser() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        let consent = "&auto=allow&account=dr_a"
        let browser = Browser(world)

        let late = try await browser.callback(token, consent)
        world.clock.advance(to: world.clock.now.adding(seconds: 600))
        let expired = try await browser.get(late)
        #expect(expired.status == 400 && expired.text.contains("href=\"/connect/\(token)\""))
        // Nobody else learns where it began.
        #expect(try await !Browser(world).get(late).text.contains(token))

        let foreign = try await browser.callback(token, consent)
        #expect(try await Browser(world).get(foreign).status == 403)
        let stranger = Browser(world)
        _ = try await stranger.get("/connect/\(token)/authorize")
        #expect(try await stranger.get(foreign).status == 403)

        #expect(try await browser.get("/oauth/instagram_login/callback?code=x&state=y").status == 400)
        #expect(try await browser.get("/oauth/instagram_login/callback?code=x").status == 400)
        let otherFlow = foreign.replacing("instagram_login", with: "facebook_page")
        #expect(try await browser.get(otherFlow).status == 400)

        let denied = try await browser.signIn(token, "&auto=deny")
        #expect(denied.status == 400 && denied.text.contains("You did not agree"))
        let failed = try #require(try await world.noted(tenant).first)
        #expect(failed.action == "connect_link.fail" && failed.detail.contains(#""fault":"denied""#))
        #expect(denied.text.contains("href=\"/connect/\(token)\""))

        #expect(try await world.connections(tenant).isEmpty)
        #expect(try await world.routes().isEmpty)
        #expect(try await world.isOpen(token))
        #expect(world.activated.withLock { $0.isEmpty })

        #expect(try await browser.get(foreign).status == 303, "the stranger must not have spoiled it")
        #expect(try await browser.get(foreign).status == 400)
        await world.end()
    }

    @Test func aLinkThatCannotBeUsedSaysSo() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        let browser = Browser(world)
        #expect(try await browser.get("/connect/nonsense").status == 404)
        let token = try await world.link(tenant, seconds: 60)
        let back = try await browser.callback(token, "&auto=deny")
        #expect(try await browser.get("/connect/\(token)/done").location == "/connect/\(token)")
        world.clock.advance(to: world.clock.now.adding(seconds: 60))
        for path in ["/connect/\(token)", "/connect/\(token)/authorize", "/connect/\(token)/accounts", back] {
            let answer = try await browser.get(path)
            #expect(answer.status == 410 && answer.text.contains("has expired"))
        }
        let manage = try await world.link(tenant, purpose: .manage)
        #expect(try await browser.get("/connect/\(manage)").location == "/practice")
        #expect(try await browser.get("/connect/\(manage)/authorize").status == 403)
        await world.end()
    }

    @Test(arguments: [
        (SandboxFlow.instagramLogin, "instagram_business_manage_messages"),
        (.facebookPage, "instagram_manage_messages"),
    ])
    func aMissingPermissionIsNamedAndNothingIsActivated(flow: SandboxFlow, scope: String) async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant(flow: flow)
        let token = try await world.link(tenant, flow: flow)
        let answer = try await Browser(world).signIn(token, "&auto=allow&account=dr_a&without=\(scope)")
        #expect(answer.status == 403 && answer.text.contains("<code>\(scope)</code>"))
        #expect(try await world.connections(tenant).isEmpty)
        #expect(try await world.isOpen(token))
        await world.end()
    }

    @Test func amongSeveralAccountsTheDoctorChooses() async throws {
        let world = try await ConnectWorld()
        let first = world.sandbox.addAccount(NewAccount(username: "dr_a", owner: "Ann")).account
        let second = world.sandbox.addAccount(NewAccount(username: "dr_b", owner: "Ann")).account
        let bare = world.sandbox.addPage(name: "Page <without>", owner: "Ann")
        let tenant = try await world.tenant(flow: .facebookPage)
        let token = try await world.link(tenant, flow: .facebookPage)
        let browser = Browser(world)
        let answer = try await browser.signIn(token, "&auto=allow&account=dr_a")
        #expect(answer.status == 303 && answer.location == "/connect/\(token)/accounts")
        #expect(try await world.connections(tenant).isEmpty)

        let page = try await browser.get("/connect/\(token)/accounts")
        #expect(page.status == 200 && page.text.contains("@dr_a") && page.text.contains("@dr_b"))
        #expect(page.text.contains("Page &lt;without&gt;") && page.text.contains("linked to this Page"))
        let pageID = try #require(second.pageID)
        let csrf = try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1
        let path = "/connect/\(token)/accounts"
        #expect(try await browser.post(path, "account=\(pageID)").status == 403)
        #expect(try await browser.post(path, "account=\(pageID)&csrf=\(csrf.reversed())").status == 403)
        #expect(try await browser.post(path, "account=\(bare.id)&csrf=\(csrf)").status == 400)
        #expect(try await browser.post(path, "account=1&csrf=\(csrf)").status == 400)
        let stranger = Browser(world)
        _ = try await stranger.get("/connect/\(token)/authorize")
        #expect(try await stranger.get(path).status == 410)
        #expect(try await stranger.post(path, "account=\(pageID)&csrf=\(csrf)").status == 410)
        #expect(try await Browser(world).post(path, "account=\(pageID)&csrf=\(csrf)").status == 403)
        #expect(try await world.connections(tenant).isEmpty)

        let chosen = try await browser.post(path, "account=\(pageID)&csrf=\(csrf)")
        #expect(chosen.status == 303 && chosen.location == "/connect/\(token)/done")
        let connection = try #require(try await world.connections(tenant).first)
        #expect(connection.instagramPageID == second.id && connection.facebookPageID == pageID)
        #expect(try await world.routes().allSatisfy { $0.accountID != first.id })
        #expect(try await browser.post(path, "account=\(pageID)&csrf=\(csrf)").status == 410)
        await world.end()
    }

    /// Browsers hold `form-action` against where a form's answer leads, too.
    @Test func theChoicesFormMayLeadToWhereTheLinkSays() async throws {
        let world = try await ConnectWorld()
        for name in ["dr_a", "dr_b"] { _ = world.sandbox.addAccount(NewAccount(username: name, owner: "Ann")) }
        let tenant = try await world.tenant(flow: .facebookPage)
        for (url, places) in [
            (nil, "'self'"), ("https://app.example/back?x=1", "'self' https://app.example"),
            ("https://app.example:8443/", "'self' https://app.example:8443"),
        ] {
            let token = try await world.link(tenant, flow: .facebookPage, returnURL: url)
            let browser = Browser(world)
            _ = try await browser.signIn(token, "&auto=allow&account=dr_a")
            let page = try await browser.get("/connect/\(token)/accounts")
            #expect(page.header("content-security-policy")?.contains("form-action \(places);") == true)
        }
        await world.end()
    }

    /// A foreign site cannot lead anybody past the page that tells which practice an account will belong to.
    @Test func nobodyIsLedPastThePage() async throws {
        let world = try await ConnectWorld()
        let token = try await world.link(try await world.tenant())
        let browser = Browser(world)
        for site in ["cross-site", "same-site", "none"] {
            let led = try await browser.get("/connect/\(token)/authorize", ["Sec-Fetch-Site": site])
            #expect(led.status == 303 && led.location == "/connect/\(token)", "\(site)")
        }
        let gone = try await browser.get("/connect/\(token)/authorize", ["Sec-Fetch-Site": "same-origin"])
        #expect(gone.status == 302)
        await world.end()
    }

    @Test func theChoiceIsForgottenAfterTenMinutes() async throws {
        let world = try await ConnectWorld()
        for name in ["dr_a", "dr_b"] { _ = world.sandbox.addAccount(NewAccount(username: name, owner: "Ann")) }
        let token = try await world.link(try await world.tenant(flow: .facebookPage), flow: .facebookPage)
        let browser = Browser(world)
        _ = try await browser.signIn(token, "&auto=allow&account=dr_a")
        world.clock.advance(to: world.clock.now.adding(seconds: 600))
        let answer = try await browser.get("/connect/\(token)/accounts")
        #expect(answer.status == 410 && answer.text.contains("nothing to choose"))
        await world.end()
    }

    @Test func whatCannotBeConnectedIsExplained() async throws {
        let world = try await ConnectWorld()
        var personal = NewAccount(username: "private_person")
        personal.accountType = "PERSONAL"
        _ = world.sandbox.addAccount(personal)
        _ = world.sandbox.addPage(name: "Lonely page", owner: "Bob")
        let tenant = try await world.tenant()
        let login = try await Browser(world).signIn(
            try await world.link(tenant), "&auto=allow&account=private_person")
        #expect(login.status == 422 && login.text.contains("personal account"))
        let page = try await Browser(world).signIn(
            try await world.link(tenant, flow: .facebookPage), "&auto=allow&account=Bob")
        #expect(page.status == 422 && page.text.contains("Lonely page") && page.text.contains("linked to this Page"))
        #expect(try await world.connections(tenant).isEmpty)
        await world.end()
    }
}
