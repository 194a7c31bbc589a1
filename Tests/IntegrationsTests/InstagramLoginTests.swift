import Integrations
import Testing

@Suite struct InstagramLoginTests {
    private func integration(_ meta: RecordedMeta) -> any Integration {
        IntegrationSubject.instagramLogin.integration(meta)
    }

    private let grant = Grant(token: AccessToken("IGAA-LONG"), scopes: [], userID: "28000000000000001")

    @Test(arguments: [
        ("api-ig-code-exchange-real", "28000000000000001"), ("api-ig-code-exchange-doc", "1020000000000001"),
    ])
    func readsBothShapesOfTheCodeExchange(payload: String, userID: String) async throws {
        let meta = RecordedMeta { $0.path == "/oauth/access_token" ? .payload(payload) : nil }
        let grant = try await integration(meta).exchange(code: "C", redirectURI: "https://c.example/cb")
        #expect(grant.userID == userID)
        #expect(grant.scopes == ["instagram_business_basic", "instagram_business_manage_messages"])
        #expect(meta.asked[0].form["client_secret"] == RecordedMeta.instagramSecret)
        #expect(meta.asked[0].query.isEmpty)
        #expect(meta.asked[1].path == "/access_token")
        #expect(meta.asked[1].query["access_token"] == "IGAA-SHORT")
    }

    @Test func aUsedCodeIsARefusal() async throws {
        let error = String(decoding: try SamplePayload.bytes("api-ig-code-exchange-error"), as: UTF8.self)
        let meta = RecordedMeta { _ in .status(400, error) }
        await #expect(throws: GraphError(.unsupported, status: 400, code: 400)) {
            try await integration(meta).exchange(code: "C", redirectURI: "https://c.example/cb")
        }
        #expect(meta.asked.count == 1)
    }

    @Test func theAppScopedIdIsOnlyAnAlias() async throws {
        let candidates = try await integration(RecordedMeta()).accounts(of: grant)
        #expect(candidates.count == 1)
        #expect(candidates.first?.instagramPageID == "17841400000000001")
        #expect(candidates.first?.aliases == ["28000000000000001"])
        #expect(candidates.first?.facebookPageID == nil)
    }

    @Test func readsTheDocumentedShapeOfMe() async throws {
        let meta = RecordedMeta { _ in .payload("api-ig-me-doc") }
        #expect(try await integration(meta).accounts(of: grant).first?.instagramPageID == "17841400000000001")
    }

    @Test(arguments: [
        #"{"id":"28000000000000001","account_type":"PERSONAL","username":"p"}"#,
        #"{"id":"28000000000000001","user_id":17841400000000001,"account_type":"Personal","username":"p"}"#,
    ])
    func aPersonalAccountIsNotEligible(body: String) async throws {
        let candidates = try await integration(RecordedMeta { _ in .ok(body) }).accounts(of: grant)
        #expect(candidates.map(\.ineligible) == [.personalAccount])
    }

    @Test(arguments: ["Business", "BUSINESS", "Media_Creator", "MEDIA_CREATOR", "SOMETHING_NEW"])
    func otherKindsAreEligible(type: String) async throws {
        let body = #"{"user_id":17841400000000001,"id":28000000000000001,"account_type":"\#(type)"}"#
        let candidates = try await integration(RecordedMeta { _ in .ok(body) }).accounts(of: grant)
        #expect(candidates.map(\.ineligible) == [nil])
        #expect(candidates.map(\.instagramPageID) == ["17841400000000001"])
    }

    /// Keyed by the app-scoped id, webhooks would arrive and no connection would match.
    @Test func withoutTheWebhooksIdThereIsNoAccount() async {
        let meta = RecordedMeta { _ in .ok(#"{"id":"28000000000000001","username":"business"}"#) }
        await #expect(throws: GraphError(.malformed)) { try await integration(meta).accounts(of: grant) }
    }

    @Test func refreshesWithoutASecret() async throws {
        let meta = RecordedMeta()
        let token = try await integration(meta).refresh(IntegrationSubject.instagramLogin.access)
        #expect(token == AccessToken("IGAA-LONG-2", expiresIn: 5_183_944))
        #expect(meta.asked.map(\.path) == ["/refresh_access_token"])
        #expect(meta.asked[0].query["grant_type"] == "ig_refresh_token")
        #expect(!meta.asked[0].raw.url.contains(RecordedMeta.instagramSecret))
    }

    @Test func noCallCarriesAProof() async throws {
        for call in IntegrationSubject.instagramLogin.everyCall() {
            let meta = RecordedMeta()
            try await call.run(integration(meta))
            #expect(meta.asked.allSatisfy { $0.query["appsecret_proof"] == nil }, "\(call.name)")
        }
    }
}
