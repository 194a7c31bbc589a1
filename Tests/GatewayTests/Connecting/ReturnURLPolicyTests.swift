import Testing

@testable import Gateway

@Suite struct ReturnURLPolicyTests {
    private let policy = ReturnURLPolicy(hosts: ["practice.example", "localhost:3000", "[::1]:3000"])

    @Test(arguments: [
        "https://practice.example", "https://practice.example/", "https://PRACTICE.example/a/b?c=d&e=%20#f",
        "https://practice.example:8443/x", "http://localhost:3000/back", "https://practice.example?x=(1),2;~'!*$",
    ])
    func takesAddressesOfAllowedHosts(_ text: String) {
        #expect(policy.fault(text) == nil)
    }

    @Test(arguments: [
        "", "practice.example", "//practice.example", "javascript:alert(1)", "https:practice.example",
        "https://practice.example/a b", " https://practice.example", "https://practice.example/\n",
        "https://practice.example/\r\nSet-Cookie: a=b", "https://practice.example/\u{0}", "https://practice.example/\t",
        #"https://practice.example\@evil.example/"#, #"https://evil.example\.practice.example"#,
        "https://practice.example@evil.example/", "https://evil.example/?https://practice.example",
        "https://evil.example#@practice.example", "https://practice%2eexample/", "https://practice.example%00.evil/",
        "https://practice.example.evil.example/", "https://practice.example/%", "https://practice.example/%g0",
        "https://practice.example/{x}", "https://practice.example/ü", "https://prаctice.example/",
        "https://user:password@practice.example/", "http://practice.example/", "ftp://practice.example/",
        "https://practice.example/[x]", "https://practice.example/\u{85}",
    ])
    func refusesEveryOther(_ text: String) {
        #expect(policy.fault(text) != nil)
    }
}
