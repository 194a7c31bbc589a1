import Integrations
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Who gets in at the operator's page, and for how long.
@Suite(.everyEngine, .serialized, .hangLimit) struct OperatorSignInTests {
    private static let pages = ["/admin", "/admin/tenants", "/admin/events", "/admin/replies", "/admin/switches"]

    @Test func aKeyOfAnAdministratorOpensThePage() async throws {
        try await OperatorDesk.open { world, _, desk in
            let key = try await desk.key()
            let browser = desk.browser()
            for path in Self.pages {
                let answer = try await browser.get(path)
                #expect(answer.status == 303 && answer.location == "/admin/sign-in", "\(path)")
            }
            let form = try await browser.get("/admin/sign-in")
            #expect(form.status == 200 && form.text.contains(#"<label for="key">"#))
            let answer = try await browser.signIn(key.text)
            #expect(answer.status == 303 && answer.location == "/admin")
            let cookie = try #require(answer.header("set-cookie"))
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
            #expect(!cookie.contains(key.text))
            for path in Self.pages { #expect(try await browser.get(path).status == 200, "\(path)") }
            // Nobody signs in twice.
            #expect(try await browser.get("/admin/sign-in").location == "/admin")
            let entry = try #require(try await Self.entries(world).first)
            #expect(entry.action == "operator.sign_in" && entry.actor == "operator")
            #expect(entry.actorID == key.key.id.description && entry.tenantID == .system)
            #expect(!world.log.text.contains(key.text))
        }
    }

    @Test func headersKeepThePageToItself() async throws {
        try await OperatorDesk.open { _, _, desk in
            let browser = try await desk.signedIn()
            for path in Self.pages + ["/admin/sign-in"] {
                let answer = try await browser.get(path)
                #expect(answer.header("cache-control") == "no-store", "\(path)")
                #expect(answer.header("x-content-type-options") == "nosniff")
                #expect(answer.header("referrer-policy") == "same-origin")
                let policy = try #require(answer.header("content-security-policy"))
                #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; form-action 'self'"))
                #expect(!answer.text.contains("<script") && !answer.text.contains(" style="))
            }
            #expect(try await browser.get("/admin/style.css").header("content-type") == "text/css; charset=utf-8")
        }
    }

    @Test func whatIsNoAdministratorsKeyOpensNothing() async throws {
        try await OperatorDesk.open { world, practice, desk in
            let ended = try await desk.key(seconds: 60)
            let revoked = try await desk.key()
            try await APIKeys(try world.store).revoke(revoked.key.id, now: world.clock.now)
            world.clock.advance(milliseconds: 61_000)
            let before = try await Self.entries(world).count
            let good = try await desk.key().text
            let texts = [
                "", "x", "clv_00_00", String(good.dropLast()) + (good.hasSuffix("A") ? "B" : "A"),
                try await desk.key(.read).text, try await desk.key(.tenant(practice.tenant)).text, ended.text,
                revoked.text,
            ]
            var answers: Set<String> = []
            for text in texts {
                let browser = desk.browser()
                let answer = try await browser.signIn(text)
                #expect(answer.status == 403 && browser.cookies.isEmpty)
                answers.insert(answer.text)
                #expect(try await browser.get("/admin").status == 303)
            }
            // It is not told what is wrong with a key.
            #expect(answers.count == 1)
            #expect(try await Self.entries(world).count == before + 2)
        }
    }

    @Test func aBodyThatIsNoFormIsRefused() async throws {
        try await OperatorDesk.open { _, _, desk in
            let browser = desk.browser()
            let odd = try await browser.post("/admin/sign-in", "key=%ZZ")
            #expect(odd.status != 303)
            let long = "key=" + String(repeating: "a", count: 20_000)
            #expect(try await browser.post("/admin/sign-in", long).status == 400)
            #expect(try await browser.get("/admin").status == 303)
        }
    }

    @Test func attemptsAreCounted() async throws {
        try await OperatorDesk.open { world, _, desk in
            let key = try await desk.key().text
            var statuses: [Int] = []
            for _ in 1...12 { statuses.append(try await desk.browser().signIn("clv_wrong").status) }
            #expect(statuses == [Int](repeating: 403, count: 10) + [429, 429])
            // A good key from the same address waits as well: what is counted are attempts.
            let refused = try await desk.browser().signIn(key)
            #expect(refused.status == 429 && refused.header("retry-after") == "1")
            world.clock.advance(milliseconds: 1000)
            #expect(try await desk.browser().signIn(key).status == 303)
        }
    }

    @Test func aSessionEndsByItselfWithItsKeyAndOnAskingForIt() async throws {
        try await OperatorDesk.open { world, _, desk in
            let idle = try await desk.signedIn()
            world.clock.advance(milliseconds: 29 * 60_000)
            #expect(try await idle.get("/admin").status == 200)
            world.clock.advance(milliseconds: 29 * 60_000)
            #expect(try await idle.get("/admin").status == 200)
            world.clock.advance(milliseconds: 31 * 60_000)
            #expect(try await idle.get("/admin").status == 303)

            let key = try await desk.key()
            let busy = try await desk.signedIn(key.text)
            try await APIKeys(try world.store).revoke(key.key.id, now: world.clock.now)
            #expect(try await busy.get("/admin").status == 303)

            let leaving = try await desk.signedIn()
            let kept = leaving.cookies
            let answer = try await leaving.post("/admin/sign-out", "csrf=\(try await leaving.token())")
            #expect(answer.status == 303 && answer.location == "/admin/sign-in")
            #expect(leaving.cookies.isEmpty)
            // The cookie is worth nothing either.
            leaving.cookies = kept
            #expect(try await leaving.get("/admin").status == 303)
            #expect(try await Self.entries(world).first?.action == "operator.sign_out")
        }
    }

    @Test func aSessionOfTheConfigurationsKeyEndsWithIt() async throws {
        let world = try await PracticeWorld()
        let desk = try await OperatorDesk(world)
        let browser = try await desk.signedIn(OperatorDesk.bootstrapKey)
        #expect(try await browser.get("/admin").status == 200)
        let entry = try #require(try await Self.entries(world).first)
        #expect(entry.actor == "operator" && entry.actorID == nil)
        let kept = browser.cookies
        await desk.end()
        for other in ["another-key", nil] {
            let desk = try await OperatorDesk(world, bootstrap: other)
            let browser = desk.browser()
            browser.cookies = kept
            #expect(try await browser.get("/admin").status == 303)
            // Nor is what is left of the cookie without its seal.
            browser.cookies = kept.mapValues { String($0.prefix { $0 != "." }) }
            #expect(try await browser.get("/admin").status == 303)
            await desk.end()
        }
        await world.end()
    }

    @Test func aSessionIsFreshAndNobodyElses() async throws {
        try await OperatorDesk.open { world, practice, desk in
            let browser = desk.browser()
            browser.cookies = ["clariva_admin": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
            #expect(try await browser.signIn(try await desk.key().text).status == 303)
            #expect(browser.cookies["clariva_admin"] != "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
            // A practice's session is no operator's.
            let link = try await ConnectLinks(try world.store).create(
                tenant: practice.tenant, flow: Flow(rawValue: "instagram_login"), purpose: .manage,
                now: world.clock.now)
            let session = try await Sessions(try world.store).open(
                .practice(practice.tenant, link: link.link.hash), now: world.clock.now)
            let other = desk.browser()
            other.cookies = ["clariva_admin": session.secret]
            #expect(try await other.get("/admin").status == 303)
        }
    }

    /// By the public address the cookie is for https alone; through a tunnel there is none.
    @Test func theCookieIsOfTheAddressThatIsAsked() async throws {
        try await OperatorDesk.open { _, _, desk in
            let key = try await desk.key().text
            let outside = [(name: "Host", value: "clariva.example")]
            let cookie = try #require(try await desk.browser().signIn(key, headers: outside).header("set-cookie"))
            #expect(cookie.hasPrefix("__Host-clariva_admin=") && cookie.contains("Secure"))
            let inside = try #require(try await desk.browser().signIn(key).header("set-cookie"))
            #expect(inside.hasPrefix("clariva_admin=") && !inside.contains("Secure"))
        }
    }

    @Test func anotherSitesFormSignsNobodyIn() async throws {
        try await OperatorDesk.open { _, _, desk in
            let key = try await desk.key().text
            for headers in [
                [(name: "Origin", value: "https://evil.example")], [(name: "Sec-Fetch-Site", value: "cross-site")],
                [(name: "Origin", value: "null")],
            ] {
                let browser = desk.browser()
                #expect(try await browser.signIn(key, headers: headers).status == 403)
                #expect(browser.cookies.isEmpty)
            }
            #expect(try await desk.browser().signIn(key, headers: [(name: "Origin", value: desk.base)]).status == 303)
        }
    }

    static func entries(_ world: PracticeWorld) async throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.tenantID = .system
        return try await world.store.auditEntries(filter, limit: 200).items
    }
}
