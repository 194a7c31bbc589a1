import Foundation
import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Line ends and control characters in whatever a stranger may put into an address, a form or a header: no answer carries
/// a header that they wrote, and no log a line.
@Suite(.hangLimit) struct HeaderInjectionTests {
    /// As they stand in an address.
    private static let poisons = [
        "%0d%0aX-Injected:%20yes", "%0aX-Injected:%20yes", "%0dX-Injected:%20yes",
        "%0d%0a%0d%0a%3cscript%3ealert(1)%3c%2fscript%3e", "%00", "%09", "%c2%85X-Injected:%20yes",
        "%e2%80%a8X-Injected:%20yes",
        "%250d%250aX-Injected:%20yes", "x%0d%0aSet-Cookie:%20clariva_connect=stolen",
    ]

    private func expectClean(_ answer: Browser.Answer, _ log: CapturedLog, _ what: String) {
        let names = answer.headers.map { $0.name.lowercased() }
        #expect(!names.contains("x-injected"), "\(what)")
        for header in answer.headers {
            #expect(!header.value.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "\(what)")
            #expect(!header.value.contains("stolen"), "\(what)")
        }
        #expect(!answer.text.contains("<script"), "\(what)")
        #expect(!log.text.split(separator: "\n").contains { $0.hasPrefix("X-Injected") }, "\(what)")
    }

    @Test(arguments: poisons)
    func inALinksToken(_ poison: String) async throws {
        let world = try await ConnectWorld()
        let token = try await world.link(try await world.tenant())
        for name in [poison, token + poison, poison + token] {
            for path in ["", "/authorize", "/accounts", "/done"] {
                let answer = try await Browser(world).get("/connect/\(name)\(path)")
                #expect(answer.status == 404 && answer.location == nil, "\(name)\(path)")
                #expect(answer.header("set-cookie") == nil)
                expectClean(answer, world.log, "\(name)\(path)")
            }
            let posted = try await Browser(world).post("/connect/\(name)/accounts", "account=1&csrf=\(poison)")
            #expect(posted.status == 404 && posted.location == nil)
            expectClean(posted, world.log, "POST \(name)")
        }
        await world.end()
    }

    @Test(arguments: poisons)
    func inWhatComesBackFromMeta(_ poison: String) async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let token = try await world.link(tenant)
        let browser = Browser(world)
        let good = try await browser.callback(token, "&auto=allow&account=dr_a")
        let path = "/oauth/instagram_login/callback"
        let state = try #require(URLComponents(string: good)?.queryItems?.first { $0.name == "state" }?.value)
        for query in [
            "state=\(poison)&code=x", "state=\(state)\(poison)&code=x", "state=\(poison)\(state)&code=x",
            "state=&code=\(poison)", "code=\(poison)&error=\(poison)", "\(poison)=\(state)&code=x",
        ] {
            let answer = try await browser.get("\(path)?\(query)")
            #expect(answer.status == 400 && answer.location == nil, "\(query)")
            expectClean(answer, world.log, query)
        }
        // With a good state: Meta does not know such a code, or said something else.
        for query in ["error=\(poison)&error_description=\(poison)", "code=\(poison)"] {
            let again = try await browser.callback(token, "&auto=allow&account=dr_a")
            let own = try #require(URLComponents(string: again)?.queryItems?.first { $0.name == "state" }?.value)
            let answer = try await browser.get("\(path)?state=\(own)&\(query)")
            #expect(answer.status >= 400 && answer.location == nil, "\(query)")
            expectClean(answer, world.log, query)
        }
        #expect(try await world.connections(tenant).isEmpty)
        await world.end()
    }

    /// The policy refuses such an address when the link is made; should one stand in the database all the same, nothing of
    /// it becomes a header.
    @Test(arguments: [
        "https://app.example/\r\nX-Injected: yes", "https://app.example/\nX-Injected: yes",
        "https://app.example/\r\n\r\nx",
    ])
    func inAnAddressToReturnTo(_ address: String) async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let token = try await world.link(try await world.tenant(), returnURL: address)
        let answer = try await Browser(world).signIn(token, "&auto=allow&account=dr_a")
        #expect(answer.status == 303)
        expectClean(answer, world.log, address)
        await world.end()
    }

    @Test func inNamesThatMetaGives() async throws {
        let world = try await ConnectWorld()
        for (name, title) in [("dr_a", "<script>alert(1)</script>"), ("dr_b", "two\r\nX-Injected: yes")] {
            _ = world.sandbox.addAccount(NewAccount(username: name, owner: title))
        }
        let token = try await world.link(try await world.tenant(flow: .facebookPage), flow: .facebookPage)
        let browser = Browser(world)
        expectClean(try await browser.signIn(token, "&auto=allow&account=dr_a"), world.log, "callback")
        expectClean(try await browser.get("/connect/\(token)/done"), world.log, "done")
        await world.end()
    }
}
