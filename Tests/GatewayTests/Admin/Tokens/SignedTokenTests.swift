import Cryptography
import Integrations
import Testing

@testable import Gateway

/// What is read of a token before anything is proven.
@Suite struct SignedTokenTests {
    private func fault(_ text: String) -> TokenFault? {
        do throws(TokenFault) {
            _ = try SignedToken(text)
            return nil
        } catch {
            return error
        }
    }

    private func token(_ header: String) -> String { "\(Base64URL.encode(Array(header.utf8))).e30.AAAA" }

    @Test func isTakenApart() throws {
        let token = try SignedToken(token(#"{"alg":"ES256","kid":"a","typ":"JWT","jku":"https://evil.example/"}"#))
        #expect(token.keyID == "a" && token.algorithm == .es256)
        #expect(token.payload == Array("{}".utf8) && token.signature == [0, 0, 0])
        #expect(String(decoding: token.signedBytes, as: UTF8.self).hasSuffix(".e30"))
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "e30.e30", "e30.e30.AAAA.AAAA", "=.e30.AAAA", "e30=.e30.AAAA", "e30.e30=.AAAA",
        "e30 .e30.AAAA", "e30.e3.AAAA", "e30.e30.AA+A", "W10.e30.AAAA", "bnVsbA.e30.AAAA", "ÄÖ.e30.AAAA",
        "e30.e30.AAA\u{0}", "e30.e30.AAAB\n",
    ])
    func whatIsNoTokenIsRefused(_ text: String) {
        let found = fault(text)
        #expect(found == .malformed || (found == .algorithm && text.hasPrefix("e30.")))
    }

    @Test(arguments: [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "hs256", "es256", "ES256K", "EdDSA ", "RS1", "RSA-OAEP",
        "dir", "ML-DSA-65", "ES256\u{0}",
    ])
    func anAlgorithmThatIsNotOnTheListIsRefused(_ name: String) {
        let header = JSONValue.object(["alg": .string(name)])
        #expect(fault(token(String(decoding: header.encoded(), as: UTF8.self))) == .algorithm)
    }

    @Test(arguments: [
        "{}", #"{"alg":null}"#, #"{"alg":["ES256"]}"#, #"{"alg":256}"#, #"{"ALG":"ES256"}"#,
        #"{"alg":"ES256","alg":"none"}"#,
    ])
    func aHeaderWithoutAnAlgorithmIsRefused(_ header: String) {
        #expect(fault(token(header)) == .algorithm)
    }

    @Test(arguments: [
        #"{"alg":"ES256","crit":["exp"]}"#, #"{"alg":"ES256","crit":[]}"#, #"{"alg":"ES256","kid":5}"#,
        #"{"alg":"ES256","kid":null}"#, #"{"alg":"ES256","kid":["a"]}"#,
    ])
    func aHeaderThatIsNotUnderstoodIsRefused(_ header: String) {
        #expect(fault(token(header)) == .malformed)
    }

    @Test(arguments: ["JWT", "jwt", "at+jwt", "application/at+jwt"])
    func aTokenForAccessIsTaken(_ type: String) {
        #expect(fault(token(#"{"alg":"ES256","typ":"\#(type)"}"#)) == nil)
    }

    @Test(arguments: [#""logout+jwt""#, #""secevent+jwt""#, #""dpop+jwt""#, "\"\"", "5", "null"])
    func aTokenOfAnotherKindIsRefused(_ type: String) {
        #expect(fault(token(#"{"alg":"ES256","typ":\#(type)}"#)) == .type)
    }

    /// jwt-kit's reading of a header ends the process here.
    @Test(arguments: ["1e300", "-1e300", "9223372036854775807", "99999999999999999999999999"])
    func numbersBeyondMeasureHarmNothing(_ number: String) {
        let found = fault(token(#"{"alg":"ES256","exp":\#(number)}"#))
        #expect(found == nil || found == .malformed)
    }

    @Test func aTextWithoutADotIsAKey() {
        #expect(!SignedToken.isMeant("clv_0198c6f20000700080000000000000_AAAA"))
        #expect(SignedToken.isMeant("a.b.c") && SignedToken.isMeant("."))
    }

    @Test func aTextBeyondMeasureIsNotRead() {
        #expect(fault(String(repeating: "A", count: 20_000) + ".e30.AAAA") == .malformed)
    }
}
