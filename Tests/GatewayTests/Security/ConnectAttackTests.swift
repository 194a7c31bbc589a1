import Foundation
import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What somebody tries who has a link, a state or a cookie of their own, and wants to connect another practice or another
/// account with it.
@Suite(.everyEngine, .hangLimit) struct ConnectAttackTests {
    private static let consent = "&auto=allow&account=dr_a"

    private func state(_ callback: String) throws -> String {
        try #require(URLComponents(string: callback)?.queryItems?.first { $0.name == "state" }?.value)
    }

    /// The attacker signs in with an account of theirs and hands the doctor the address that leads back.
    @Test func anAttackersSignInIsNotFinishedByTheDoctorsBrowser() async throws {
        let world = try await ConnectWorld()
        for name in ["dr_a", "evil"] { _ = world.sandbox.addAccount(NewAccount(username: name)) }
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        let attacker = Browser(world)
        let planted = try await attacker.callback(token, "&auto=allow&account=evil")
        let doctor = Browser(world)
        // Without a cookie, and with the cookie of a sign-in of one's own.
        #expect(try await doctor.get(planted).status == 403)
        let own = try await doctor.callback(token, Self.consent)
        #expect(try await doctor.get(planted).status == 403)
        // The other's code with one's own state, and the other way round.
        let code = try #require(URLComponents(string: planted)?.queryItems?.first { $0.name == "code" }?.value)
        let mixed = "/oauth/instagram_login/callback?code=\(code)&state=\(try state(own))"
        #expect(try await attacker.get(mixed).status == 403)
        #expect(try await world.connections(tenant).isEmpty)
        #expect(try await doctor.get(own).status == 303)
        #expect(try await world.connections(tenant).map(\.username) == ["dr_a"])
        await world.end()
    }

    /// A value that somebody else has chosen does not become the doctor's (fixation).
    @Test func aCookieThatIsNoneIsReplaced() async throws {
        let world = try await ConnectWorld()
        let token = try await world.link(try await world.tenant())
        for value in [
            "fixed", "", "\"fixed\"", String(repeating: "A", count: 42), String(repeating: "A", count: 44),
            String(repeating: "!", count: 43), "null",
        ] {
            let answer = try await world.client.send(
                HTTPRequest(
                    .get, "\(world.base)/connect/\(token)/authorize",
                    headers: [(name: "Cookie", value: "clariva_connect=\(value)")], isIdempotent: false))
            let cookie = try #require(answer.header("Set-Cookie"))
            let given = try #require(cookie.firstMatch(of: /^clariva_connect=([A-Za-z0-9_-]{43});/)).1
            #expect(given != value)
        }
        await world.end()
    }

    /// Behind https nobody but the service's own host can set the cookie: a name without the prefix is not looked at.
    @Test func aCookieOfANeighbouringHostIsNotTaken() async throws {
        let world = try await ConnectWorld(publicURL: "https://c.example")
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let token = try await world.link(try await world.tenant())
        let planted = BrowserSecret()
        func get(_ path: String, _ cookie: String) async throws -> Integrations.HTTPResponse {
            try await world.client.send(
                HTTPRequest(
                    .get, world.base + path, headers: [(name: "Cookie", value: "\(cookie)=\(planted.text)")],
                    isIdempotent: false))
        }
        for name in ["clariva_connect", "__host-clariva_connect", "__Secure-clariva_connect", " clariva_connect"] {
            let answer = try await get("/connect/\(token)/authorize", name)
            #expect(answer.header("Set-Cookie")?.contains(planted.text) == false, "\(name)")
        }
        await world.end()
    }

    @Test func aStateConnectsThePracticeOfItsLinkAlone() async throws {
        let world = try await ConnectWorld()
        for name in ["dr_a", "dr_b"] { _ = world.sandbox.addAccount(NewAccount(username: name)) }
        let north = try await world.tenant("Praxis Nord")
        let south = try await world.tenant("Praxis Süd")
        let browser = Browser(world)
        let (one, other) = (try await world.link(north), try await world.link(south))
        // One browser, two links at once.
        let first = try await browser.callback(one, Self.consent)
        let second = try await browser.callback(other, "&auto=allow&account=dr_b")
        #expect(try await browser.get(first).location == "/connect/\(one)/done")
        #expect(try await world.connections(north).map(\.username) == ["dr_a"])
        #expect(try await world.connections(south).isEmpty)
        #expect(try await world.isOpen(other))
        #expect(try await !world.isOpen(one))
        #expect(try await browser.get(second).location == "/connect/\(other)/done")
        #expect(try await world.connections(south).map(\.username) == ["dr_b"])
        for used in [first, second] { #expect(try await browser.get(used).status == 400) }
        #expect(try await world.connections(north).count == 1)
        await world.end()
    }

    /// Each attempt leaves an audit entry that is kept for years.
    @Test func aLinkBeginsABoundedNumberOfAttempts() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        for _ in 0..<ConnectLink.entryLimit {
            #expect(try await Browser(world).get("/connect/\(token)/authorize").status == 302)
        }
        let refused = try await Browser(world).get("/connect/\(token)/authorize")
        #expect(refused.status == 429 && refused.location == nil)
        #expect(try await Browser(world).get("/connect/\(token)").status == 200)
        world.clock.advance(milliseconds: Int64(ConnectLink.entryWindow) * 1000)
        #expect(try await Browser(world).get("/connect/\(token)/authorize").status == 302)
        await world.end()
    }

    /// Whoever says no again and again leaves two entries each time.
    @Test func refusedAttemptsAreBoundedAsWell() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        #expect(try await Browser(world).get("/connect/\(token)/authorize").status == 302)
        for _ in 1..<ConnectLink.entryLimit / 2 {
            #expect(try await Browser(world).signIn(token, "&auto=deny").status == 400)
        }
        // It may begin, and be denied; that is not noted any more.
        let refused = try await Browser(world).signIn(token, "&auto=deny")
        #expect(refused.status == 400 && refused.text.contains("You did not agree"))
        let noted = try await world.noted(tenant).filter { $0.actor == "connect_link" }
        #expect(noted.count == ConnectLink.entryLimit)
        await world.end()
    }

    /// A mail scanner opens what it finds, again and again.
    @Test func aManageLinkOpensABoundedNumberOfSessions() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        let token = try await world.link(tenant, purpose: .manage)
        for _ in 0..<ConnectLink.entryLimit {
            #expect(try await Browser(world).get("/connect/\(token)").status == 303)
        }
        let refused = try await Browser(world).get("/connect/\(token)")
        #expect(refused.status == 429 && refused.location == nil)
        let entries = try await world.store.auditEntries(AuditFilter(), limit: 100).items
        #expect(entries.count { $0.action == "practice.sign_in" } == ConnectLink.entryLimit)
        world.clock.advance(milliseconds: Int64(ConnectLink.entryWindow) * 1000)
        #expect(try await Browser(world).get("/connect/\(token)").status == 303)
        await world.end()
    }

    @Test func aStateIsSpentByWhateverCameWithIt() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        let browser = Browser(world)
        let path = "/oauth/instagram_login/callback"
        for query in ["error=access_denied", "error=server_error", "code=unknown", "code=", ""] {
            let good = try await browser.callback(token, Self.consent)
            let spent = try await browser.get("\(path)?\(query)&state=\(try state(good))")
            #expect(spent.status >= 400, "\(query)")
            // The good code comes too late.
            #expect(try await browser.get(good).status == 400, "\(query)")
        }
        #expect(try await world.connections(tenant).isEmpty)
        #expect(try await world.isOpen(token))
        #expect(try await browser.get(try await browser.callback(token, Self.consent)).status == 303)
        await world.end()
    }

    @Test func aStateIsTakenAsItWasGiven() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        let browser = Browser(world)
        let good = try await browser.callback(token, Self.consent)
        let state = try state(good)
        let others = [
            "", "x", String(state.dropLast()), state + "A", state + "=", state.uppercased(), state.lowercased(),
            String(state.reversed()), "%20\(state)", token, String(repeating: "A", count: 43),
        ]
        for other in others where other != state {
            let answer = try await browser.get("/oauth/instagram_login/callback?code=x&state=\(other)")
            #expect(answer.status == 400, "\(other)")
        }
        // Nor as another's: the link's token is no state, a state no link.
        #expect(try await browser.get("/connect/\(state)").status == 404)
        #expect(try await browser.get(good).status == 303)
        await world.end()
    }

    @Test func aChoiceBelongsToItsSignIn() async throws {
        let world = try await ConnectWorld()
        var pages: [String] = []
        for name in ["dr_a", "dr_b"] {
            let account = world.sandbox.addAccount(NewAccount(username: name, owner: "Ann")).account
            pages.append(try #require(account.pageID))
        }
        let north = try await world.tenant("Praxis Nord", flow: .facebookPage)
        let south = try await world.tenant("Praxis Süd", flow: .facebookPage)
        let browser = Browser(world)
        var forms: [(path: String, csrf: String)] = []
        for tenant in [north, south] {
            let token = try await world.link(tenant, flow: .facebookPage)
            #expect(try await browser.signIn(token, Self.consent).location == "/connect/\(token)/accounts")
            let page = try await browser.get("/connect/\(token)/accounts")
            let csrf = try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1
            forms.append(("/connect/\(token)/accounts", String(csrf)))
        }
        #expect(forms[0].csrf != forms[1].csrf)
        // The token of one form in the other, and those that nobody gave.
        for (form, csrf) in [
            (forms[0], forms[1].csrf), (forms[1], forms[0].csrf), (forms[0], ""), (forms[0], forms[0].csrf + "A"),
            (forms[0], forms[0].csrf.lowercased()),
        ] {
            #expect(try await browser.post(form.path, "account=\(pages[0])&csrf=\(csrf)").status == 403)
        }
        #expect(try await browser.get("\(forms[0].path)?account=\(pages[0])&csrf=\(forms[0].csrf)").status == 200)
        // A cookie of somebody else's with the right token.
        let stranger = Browser(world)
        #expect(try await stranger.post(forms[0].path, "account=\(pages[0])&csrf=\(forms[0].csrf)").status == 403)
        for tenant in [north, south] { #expect(try await world.connections(tenant).isEmpty) }
        #expect(try await browser.post(forms[0].path, "account=\(pages[0])&csrf=\(forms[0].csrf)").status == 303)
        #expect(try await world.connections(north).map(\.facebookPageID) == [pages[0]])
        #expect(try await world.connections(south).isEmpty)
        await world.end()
    }
}
