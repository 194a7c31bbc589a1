import Cryptography
import Foundation
import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Who gets into the practice's page, and who does not.
@Suite(.everyEngine, .hangLimit) struct PracticeSessionTests {
    private static let posts = ["reconnect", "switch-flow", "disconnect", "sign-out"]

    private func enter(_ world: ConnectWorld, _ tenant: Tenant, seconds: Int = 86_400) async throws -> Browser {
        let browser = Browser(world)
        let link = try await world.link(tenant, purpose: .manage, seconds: seconds)
        #expect(try await browser.get("/connect/\(link)").location == "/practice")
        return browser
    }

    private func csrf(_ browser: Browser) async throws -> String {
        let page = try await browser.get("/practice")
        return String(try #require(page.text.firstMatch(of: /name="csrf" value="([^"]+)"/)).1)
    }

    private func refused(_ answer: Browser.Answer, _ text: String = "This page is closed") {
        #expect(answer.status == 403 && answer.text.contains(text))
    }

    @Test(arguments: [true, false])
    func theCookieIsGuarded(isSecure: Bool) async throws {
        let world = try await ConnectWorld(publicURL: isSecure ? "https://c.example" : "http://localhost:8080")
        let tenant = try await world.tenant()
        let browser = Browser(world)
        let link = try await world.link(tenant, purpose: .manage)
        let opened = try await browser.get("/connect/\(link)")
        let cookie = try #require(opened.header("set-cookie"))
        #expect(cookie.hasPrefix(isSecure ? "__Host-clariva_practice=" : "clariva_practice="))
        #expect(cookie.contains("Secure") == isSecure)
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] { #expect(cookie.contains(part), "\(part)") }
        #expect(!cookie.contains("Domain"))
        let page = try await browser.get("/practice")
        for answer in [opened, page] {
            #expect(answer.header("cache-control") == "no-store")
            #expect(answer.header("x-content-type-options") == "nosniff")
            let policy = try #require(answer.header("content-security-policy"))
            for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                #expect(policy.contains(part))
            }
        }
        // Its forms need their origin; its address holds no secret.
        #expect(page.header("referrer-policy") == "same-origin" && opened.header("referrer-policy") == "no-referrer")
        let secret = try #require(browser[cookie: isSecure ? "__Host-clariva_practice" : "clariva_practice"])
        #expect(!page.text.contains(secret) && !world.log.text.contains(secret) && !world.log.text.contains(link))
        await world.end()
    }

    @Test func aPlantedSessionIsReplaced() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        // An attacker's own session, and one that nobody has given out.
        let attacker = try await enter(world, try await world.tenant("Praxis Süd"))
        for planted in [try #require(attacker[cookie: "clariva_practice"]), Base64URL.encode(RandomBytes.make(32))] {
            let victim = Browser(world)
            victim[cookie: "clariva_practice"] = planted
            let link = try await world.link(tenant, purpose: .manage)
            #expect(try await victim.get("/connect/\(link)").location == "/practice")
            #expect(victim[cookie: "clariva_practice"] != planted)
            #expect(try await victim.get("/practice").text.contains("Praxis Nord"))
            let other = Browser(world)
            other[cookie: "clariva_practice"] = planted
            refused(try await other.get("/practice"))
        }
        await world.end()
    }

    @Test func eachOpeningIsANewSessionAndEndsTheBrowsersOldOne() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        let link = try await world.link(tenant, purpose: .manage)
        let browser = Browser(world)
        _ = try await browser.get("/connect/\(link)")
        let first = try #require(browser[cookie: "clariva_practice"])
        let old = try await csrf(browser)
        // A link that shows is not used up by looking.
        _ = try await browser.get("/connect/\(link)")
        #expect(browser[cookie: "clariva_practice"] != first)
        #expect(try await csrf(browser) != old)
        let stale = Browser(world)
        stale[cookie: "clariva_practice"] = first
        refused(try await stale.get("/practice"))
        await world.end()
    }

    @Test func withoutASessionNothingIsShownOrDone() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        _ = try await enter(world, tenant)
        let `operator` = try await Sessions(world.store).open(.operator(nil), now: world.clock.now).secret
        for value in [nil, "", "x", `operator`, Base64URL.encode(RandomBytes.make(32))] {
            let browser = Browser(world)
            browser[cookie: "clariva_practice"] = value
            refused(try await browser.get("/practice"))
            browser[cookie: "clariva_practice"] = value
            refused(try await browser.get("/practice/disconnect"))
            for post in Self.posts {
                browser[cookie: "clariva_practice"] = value
                refused(try await browser.post("/practice/\(post)", "csrf=x&flow=facebook_page"))
            }
        }
        #expect(try await Browser(world).get("/practice", ["Accept-Language": "de"]).text.contains("geschlossen"))
        await world.end()
    }

    @Test func aSessionEndsWithItsTimeItsLinkAndByHand() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        let begin = world.clock.now
        let short = try await enter(world, tenant, seconds: 60)
        let long = try await enter(world, tenant)
        let leaving = try await enter(world, tenant)
        let left = try await csrf(leaving)
        let secret = leaving[cookie: "clariva_practice"]
        let out = try await leaving.post("/practice/sign-out", "csrf=\(left)")
        #expect(out.status == 200 && out.text.contains("The page is closed"))
        #expect(leaving[cookie: "clariva_practice"] == nil)
        leaving[cookie: "clariva_practice"] = secret
        refused(try await leaving.get("/practice"))
        // The browser is told to forget it.
        #expect(leaving[cookie: "clariva_practice"] == nil)
        #expect(try await short.get("/practice").status == 200)
        world.clock.advance(to: begin.adding(seconds: 60))
        refused(try await short.get("/practice"))
        world.clock.advance(to: begin.adding(seconds: 1799))
        #expect(try await long.get("/practice").status == 200)
        let token = try await csrf(long)
        world.clock.advance(to: begin.adding(seconds: 1800))
        for post in Self.posts { refused(try await long.post("/practice/\(post)", "csrf=\(token)")) }
        await world.end()
    }

    @Test func aFormHasToComeFromTheSessionsOwnPage() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        try await world.connect(tenant, as: "dr_a")
        let connection = try #require(try await world.connections(tenant).first)
        let browser = try await enter(world, tenant)
        let token = try await csrf(browser)
        let foreign = try await csrf(try await enter(world, tenant))
        let before = try await world.noted(tenant).count
        for post in Self.posts {
            let rest = "&flow=facebook_page&connection=\(connection.id)"
            for csrf in ["", "csrf=", "csrf=\(foreign)", "csrf=\(token)A", "csrf=\(token.dropLast())"] {
                refused(try await browser.post("/practice/\(post)", csrf + rest), "not accepted")
            }
            for headers in [
                ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"],
                ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "http://localhost:8081"],
                ["Origin": "http://localhost:8080.evil.example"],
                ["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"],
            ] {
                refused(try await browser.post("/practice/\(post)", "csrf=\(token)\(rest)", headers), "not accepted")
            }
        }
        #expect(try await world.noted(tenant).count == before)
        #expect(try await world.connections(tenant).first == connection)
        for headers in [
            [:], ["Origin": "http://localhost:8080"], ["Sec-Fetch-Site": "same-origin", "Origin": "null"],
        ] {
            #expect(try await browser.post("/practice/reconnect", "csrf=\(token)", headers).status == 303)
        }
        // A form's address with its fields in the query is no form.
        #expect(try await browser.get("/practice/sign-out?csrf=\(token)").status == 405)
        await world.end()
    }

    @Test func onePracticesSessionReachesNothingOfAnothers() async throws {
        let world = try await ConnectWorld()
        for name in ["dr_a", "dr_b"] { _ = world.sandbox.addAccount(NewAccount(username: name)) }
        let (own, other) = (try await world.tenant(), try await world.tenant("Praxis Süd"))
        try await world.connect(own, as: "dr_a")
        try await world.connect(other, as: "dr_b")
        let theirs = try #require(try await world.connections(other).first)
        let browser = try await enter(world, own)
        let token = try await csrf(browser)
        let noted = try await world.noted(other).count
        _ = try await browser.post("/practice/disconnect", "csrf=\(token)&connection=\(theirs.id)")
        _ = try await browser.post("/practice/reconnect", "csrf=\(token)&tenant_id=\(other.id)")
        #expect(try await world.connections(other) == [theirs])
        #expect(try await world.noted(other).count == noted)
        let page = try await browser.get("/practice?tenant_id=\(other.id)")
        for text in ["Praxis Süd", "dr_b", "\(other.id)", theirs.instagramPageID] { #expect(!page.text.contains(text)) }
        await world.end()
    }

    @Test func nothingLeadsElsewhere() async throws {
        let world = try await ConnectWorld()
        let tenant = try await world.tenant()
        let link = try await world.link(tenant, purpose: .manage, returnURL: "https://app.example/back")
        let evil = "https://evil.example"
        let names = ["next", "return_url", "redirect", "url"]
        let query = names.map { "\($0)=\(evil)" }.joined(separator: "&")
        let browser = Browser(world)
        #expect(try await browser.get("/connect/\(link)?\(query)").location == "/practice")
        let token = try await csrf(browser)
        var answers = [try await browser.get("/practice?\(query)")]
        for post in Self.posts {
            answers.append(try await browser.post("/practice/\(post)?\(query)", "csrf=\(token)&\(query)"))
        }
        // Line breaks in a path or a form come to nothing in a header.
        for path in ["/connect/\(link)%0d%0aSet-Cookie:%20a=b", "/practice%0d%0aSet-Cookie:%20a=b", "//evil.example/"] {
            answers.append(try await browser.get(path))
        }
        answers.append(
            try await browser.post("/practice/switch-flow", "csrf=\(token)&flow=x%0d%0aLocation:%20\(evil)"))
        for answer in answers {
            #expect(answer.location.map { $0.hasPrefix("/") && !$0.hasPrefix("//") } ?? true)
            #expect(answer.headers.allSatisfy { !$0.value.contains("evil") && !$0.value.contains("a=b") })
            #expect(!answer.text.contains(evil))
        }
        await world.end()
    }
}
