import Cryptography
import Integrations
import Testing

@Suite struct WebhookSignatureTests {
    private let body = Array(#"{"object":"instagram","entry":[{"id":"17841400000000001","text":"\u00e4\/"}]}"#.utf8)

    private func secrets() throws -> [WebhookSecret] {
        [
            WebhookSecret(app: .instagram, key: try HMACKey(utf8: "instagram-secret")),
            WebhookSecret(app: .facebook, key: try HMACKey(utf8: "facebook-secret")),
            WebhookSecret(app: .instagram, isPrevious: true, key: try HMACKey(utf8: "instagram-secret-before")),
            WebhookSecret(app: .facebook, isPrevious: true, key: try HMACKey(utf8: "facebook-secret-before")),
        ]
    }

    private func header(_ secret: String) throws -> String {
        "sha256=" + Hex.encode(try HMACKey(utf8: secret).authenticate(body))
    }

    @Test func agreesWithAKnownAnswer() throws {
        // RFC 4231, test case 2.
        let signature = try #require(
            WebhookSignature("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        let secret = WebhookSecret(app: .instagram, key: try HMACKey(utf8: "Jefe"))
        #expect(signature.signer(of: Array("what do ya want for nothing?".utf8), among: [secret]) != nil)
    }

    @Test(arguments: [
        ("instagram-secret", MetaApp.instagram, false), ("facebook-secret", .facebook, false),
        ("instagram-secret-before", .instagram, true), ("facebook-secret-before", .facebook, true),
    ])
    func namesTheSecretThatSigned(_ secret: String, _ app: MetaApp, _ isPrevious: Bool) throws {
        let signature = try #require(try WebhookSignature(header(secret)))
        let signer = try #require(try signature.signer(of: body, among: secrets()))
        #expect(signer.app == app)
        #expect(signer.isPrevious == isPrevious)
    }

    @Test func acceptsUpperCaseDigits() throws {
        let text = try header("facebook-secret")
        let upper = "sha256=" + text.dropFirst(7).uppercased()
        #expect(try WebhookSignature(upper)?.signer(of: body, among: secrets())?.app == .facebook)
    }

    @Test func takesABodyInPlace() throws {
        let signature = try #require(try WebhookSignature(header("facebook-secret")))
        let candidates = try secrets()
        let signer = body.withUnsafeBytes { signature.signer(of: $0, among: candidates) }
        #expect(signer?.app == .facebook)
    }

    @Test func rejectsAForeignSecret() throws {
        let foreign = try #require(try WebhookSignature(header("somebody-else")))
        #expect(try foreign.signer(of: body, among: secrets()) == nil)
        let good = try #require(try WebhookSignature(header("facebook-secret")))
        #expect(good.signer(of: body, among: []) == nil)
    }

    @Test func rejectsAChangedBody() throws {
        let signature = try #require(try WebhookSignature(header("facebook-secret")))
        for index in body.indices {
            var changed = body
            changed[index] ^= 1
            #expect(try signature.signer(of: changed, among: secrets()) == nil)
        }
        #expect(try signature.signer(of: body + [0x0A], among: secrets()) == nil)
        #expect(try signature.signer(of: Array(body.dropLast()), among: secrets()) == nil)
        #expect(try signature.signer(of: [], among: secrets()) == nil)
    }

    @Test func rejectsEveryChangedDigit() throws {
        let good = Array(try header("facebook-secret").utf8)
        for index in 7..<good.count {
            var changed = good
            changed[index] = changed[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let signature = try #require(WebhookSignature(String(decoding: changed, as: UTF8.self)))
            #expect(try signature.signer(of: body, among: secrets()) == nil)
        }
    }

    /// `#` stands for 62 digits.
    @Test(arguments: [
        "", "sha256=", "sha256", "#ab", "sha1=#ab", "SHA256=#ab", "sha256=#a", "sha256=#abc", " sha256=#ab",
        "sha256=#ab ",
        "sha256= #a", "sha256=#ag", "sha256=#é", "sha256:#ab", "sha512=#ab",
        "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256=#ab,sha256=#ab",
    ])
    func refusesAHeaderOfAnotherForm(_ header: String) {
        let digits = String(repeating: "cd", count: 31)
        #expect(WebhookSignature(header.replacing("#", with: digits)) == nil)
        #expect(WebhookSignature("sha256=\(digits)ab") != nil)
    }
}
