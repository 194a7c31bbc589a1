import Cryptography
import Integrations
import Testing

@Suite struct SignedRequestTests {
    private func secrets() throws -> [WebhookSecret] {
        [
            WebhookSecret(app: .instagram, key: try HMACKey(utf8: "instagram-secret")),
            WebhookSecret(app: .facebook, key: try HMACKey(utf8: "facebook-secret")),
        ]
    }

    private func sign(_ payload: String, with secret: String = "facebook-secret") throws -> String {
        let encoded = Base64URL.encode(Array(payload.utf8))
        return Base64URL.encode(try HMACKey(utf8: secret).authenticate(Array(encoded.utf8))) + "." + encoded
    }

    @Test func readsTheSample() throws {
        let payload = String(decoding: try SamplePayload.bytes("api-signed-request-decoded"), as: UTF8.self)
        for (secret, app) in [("instagram-secret", MetaApp.instagram), ("facebook-secret", .facebook)] {
            let request = try SignedRequest(sign(payload, with: secret), candidates: secrets())
            #expect(request.userID == "218471")
            #expect(request.issuedAt == 1_291_836_800)
            #expect(request.app == app)
        }
    }

    @Test func takesAUserIDAsANumber() throws {
        let request = try SignedRequest(
            sign(#"{"algorithm":"HMAC-SHA256","user_id":28000000000000001}"#), candidates: secrets())
        #expect(request.userID == "28000000000000001")
        #expect(request.issuedAt == nil)
    }

    @Test(arguments: ["none", "HMAC-SHA1", "hmac-sha256", ""])
    func refusesAnotherAlgorithm(_ name: String) throws {
        let value = try sign("{\"algorithm\":\"\(name)\",\"user_id\":\"218471\"}")
        #expect(throws: SignedRequestError.algorithm) { try SignedRequest(value, candidates: secrets()) }
    }

    @Test(arguments: [
        #"{"algorithm":"HMAC-SHA256"}"#, #"{"algorithm":"HMAC-SHA256","user_id":""}"#,
        #"{"algorithm":"HMAC-SHA256","user_id":"x' or 1"}"#,
    ])
    func refusesARequestThatNamesNobody(_ payload: String) throws {
        let value = try sign(payload)
        #expect(throws: SignedRequestError.userMissing) { try SignedRequest(value, candidates: secrets()) }
    }

    @Test func refusesAForeignSignature() throws {
        let value = try sign(#"{"algorithm":"HMAC-SHA256","user_id":"218471"}"#, with: "somebody-else")
        #expect(throws: SignedRequestError.signature) { try SignedRequest(value, candidates: secrets()) }
        #expect(throws: SignedRequestError.signature) { try SignedRequest(value, candidates: []) }
    }

    @Test func refusesAChangedPayload() throws {
        let value = try sign(#"{"algorithm":"HMAC-SHA256","user_id":"218471"}"#)
        let signature = value.prefix { $0 != "." }
        let other = signature + "." + Base64URL.encode(Array(#"{"algorithm":"HMAC-SHA256","user_id":"218472"}"#.utf8))
        #expect(throws: SignedRequestError.signature) { try SignedRequest(String(other), candidates: secrets()) }
    }

    @Test(arguments: ["[]", "no json", "{"])
    func refusesASignedPayloadThatIsNoObject(_ payload: String) throws {
        let value = try sign(payload)
        #expect(throws: SignedRequestError.malformed) { try SignedRequest(value, candidates: secrets()) }
    }

    @Test func refusesAnotherForm() throws {
        let good = try sign(#"{"algorithm":"HMAC-SHA256","user_id":"218471"}"#)
        let short = Base64URL.encode([1, 2, 3]) + ".e30"
        for value in [
            "", ".", "..", "a.b.c", good + ".", good + "=", "=" + good, good + "+", " " + good, short,
            good.replacing(".", with: ""),
        ] {
            #expect(throws: SignedRequestError.malformed, "\(value)") {
                try SignedRequest(value, candidates: secrets())
            }
        }
    }
}
