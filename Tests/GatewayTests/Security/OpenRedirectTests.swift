import Integrations
import MetaSandbox
import TestSupport
import Testing

@testable import Gateway

/// No address of ours leads a browser to somebody else's page.
@Suite(.hangLimit) struct OpenRedirectTests {
    private let policy = ReturnURLPolicy(hosts: ["practice.example", "localhost:3000"])

    @Test(arguments: [
        "//evil.example", "///evil.example", "////evil.example", #"\\evil.example"#, #"/\evil.example"#,
        #"\/evil.example"#, "/back", "back", "?x", "#x", ".", "https:", "https:/", "https://", "https:///evil.example",
        "https:/practice.example", "https:practice.example/", #"https:\\practice.example"#,
        #"https:/\practice.example"#,
        #"https://practice.example\evil.example"#, #"https://evil.example\@practice.example"#,
        "https://practice.example@evil.example", "https://practice.example:443@evil.example",
        "https://evil.example:practice.example", "https://@practice.example", "https://:@practice.example",
        "https://a:b@practice.example", "https://practice.example%40evil.example",
        "https://practice.example%2f.evil.example",
        "https://practice.example%5c.evil.example", "https://practice.example%23.evil.example",
        "https://practice.example#@evil.example/\u{9}", "https://practice.example\u{9}.evil.example",
        "ht\u{9}tps://practice.example", "\u{9}https://practice.example", "https://practice.example/\u{9}",
        "https://practice.example/\u{7F}", "https://practice.example/\u{A0}", "https://practice.example/\u{202E}",
        "\u{FEFF}https://practice.example", "https://practice.example/\u{2028}x", "https://practice\u{3002}example/",
        "https://practice\u{FF0E}example/", "https://\u{FF50}ractice.example/", "https://practice.example\u{200B}/",
        "https://pr\u{430}ctice.example/", "https://xn--prctice-7fg.example/", "https://practice.example./",
        "https://practice.example.evil.example", "https://evil-practice.example", "https://x.practice.example/",
        "https://practice.exampl", "https://practice.example:x/", "https://practice.example:1:2/",
        "https://[practice.example]/", "https://[::1]/", "https://127.0.0.1/", "https://0x7f000001/",
        "https://localhost/",
        "http://practice.example/", "http://localhost/", "http://localhost:3001/",
        "http://localhost.evil.example:3000/",
        "HTTP://practice.example/", "javascript:alert(1)", "javascript://practice.example/%0aalert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://practice.example/",
        "blob:https://practice.example/",
        "view-source:https://practice.example/", "intent://practice.example/", "https://practice.example/%0",
        "https://practice.example/<x>", "https://practice.example/\"x\"", "https://practice.example/`x`",
        "https://practice.example/^", "https://practice.example/|", "https://practice.example/é",
    ])
    func anAddressThatCouldBeReadOtherwiseIsRefused(_ text: String) {
        #expect(policy.fault(text) != nil)
    }

    @Test func anAddressIsOfBoundedLength() {
        let base = "https://practice.example/"
        #expect(policy.fault(base + String(repeating: "x", count: 2000 - base.utf8.count)) == nil)
        #expect(policy.fault(base + String(repeating: "x", count: 2001 - base.utf8.count)) != nil)
    }

    @Test func everyRouteThatTakesAnAddressLooksAtIt() async throws {
        try await AdminDesk.open { _, practice, desk in
            let tenant = "/tenants/\(practice.tenant)"
            for address in ["//evil.example", "https://evil.example/", "https://a@practice.example/", "javascript:x"] {
                let url = JSONValue.string(address)
                for (path, body): (String, JSONValue) in [
                    ("/tenants", ["name": "n", "flow": "instagram_login", "return_url": url]),
                    ("\(tenant)/connect-links", ["return_url": url]),
                ] {
                    let answer = try await desk.call(.post, path, body)
                    #expect(answer.status == 422 && !"\(answer.json)".contains("evil"), "\(path) \(address)")
                }
            }
        }
    }

    /// Where a browser goes stands in the link alone.
    @Test func nothingInAnAddressChangesWhereItLeads() async throws {
        let world = try await ConnectWorld()
        _ = world.sandbox.addAccount(NewAccount(username: "dr_a"))
        let tenant = try await world.tenant()
        let evil =
            "return_url=https%3A%2F%2Fevil.example&next=%2F%2Fevil.example&redirect_uri=https%3A%2F%2Fevil.example"
        let token = try await world.link(tenant)
        let browser = Browser(world)
        let page = try await browser.get("/connect/\(token)?\(evil)")
        #expect(page.status == 200 && !page.text.contains("evil.example"))
        let early = try await browser.get("/connect/\(token)/done?\(evil)")
        #expect(early.location == "/connect/\(token)")
        let begun = try await browser.get("/connect/\(token)/authorize?\(evil)")
        #expect(begun.status == 302 && begun.location?.contains("evil") == false)
        #expect(begun.location?.contains("localhost%3A8080%2Foauth%2Finstagram_login%2Fcallback") == true)
        let back = try await browser.callback(token, "&auto=allow&account=dr_a")
        let connected = try await browser.get("\(back)&\(evil)")
        #expect(connected.status == 303 && connected.location == "/connect/\(token)/done")
        // An address with two slashes at its beginning is no other host.
        for path in ["//evil.example/connect/\(token)", "//evil.example/..", "/%2f%2fevil.example"] {
            let answer = try await browser.get(path)
            #expect(answer.status == 404 && answer.location == nil, "\(path)")
        }
        await world.end()
    }
}
