import Cryptography
import Integrations
import Testing

@Suite struct FacebookPageTests {
    private func integration(_ meta: RecordedMeta) -> any Integration {
        IntegrationSubject.facebookPage.integration(meta)
    }

    private let grant = Grant(token: AccessToken("EAA-LONG"), scopes: [], userID: "122000000000000001")

    @Test func loginForBusinessTakesThePlaceOfScopes() {
        func url(_ config: String?) -> String {
            FacebookPage(
                FacebookPageConfiguration(appID: "4", appSecret: "s", loginConfigID: config), transport: RecordedMeta()
            ).authorizeURL(state: "s", redirectURI: "https://c.example/cb")
        }
        #expect(url(nil).hasPrefix("https://www.facebook.com/v25.0/dialog/oauth?client_id=4&"))
        #expect(url(nil).contains("scope=pages_show_list%2C"))
        #expect(url("99").contains("config_id=99&override_default_response_type=true"))
        #expect(!url("99").contains("scope="))
    }

    @Test func everyTokenOnTheOwnHostHasItsProof() async throws {
        let key = try HMACKey(utf8: RecordedMeta.facebookSecret)
        for call in IntegrationSubject.facebookPage.everyCall() {
            let meta = RecordedMeta()
            try await call.run(integration(meta))
            for asked in meta.asked {
                let expected = asked.bearer.map { Hex.encode(key.authenticate(Array($0.utf8))) }
                #expect(asked.query["appsecret_proof"] == expected, "\(call.name)")
            }
        }
    }

    @Test func theOtherHostGetsNoProof() async throws {
        let meta = RecordedMeta { $0.host == "graph.facebook.test" ? .status(500, "") : nil }
        _ = try await integration(meta).message(RecordedMeta.mid, access: IntegrationSubject.facebookPage.access)
        #expect(meta.asked.map { $0.query["appsecret_proof"] != nil } == [true, false])
    }

    @Test func pagesWithoutInstagramOrTheTaskAreListedWithTheReason() async throws {
        let page =
            #"{"id":"3","name":"No task","access_token":"T3","instagram_business_account":{"id":"178"},"#
            + #""tasks":["ANALYZE"]}"#
        let meta = RecordedMeta { asked in
            asked.query["after"] == nil ? nil : .ok(#"{"data":[\#(page)]}"#)
        }
        let candidates = try await integration(meta).accounts(of: grant)
        #expect(candidates.map(\.facebookPageID) == ["200000000000001", "200000000000002", "3"])
        #expect(candidates.map(\.ineligible) == [nil, .noInstagramAccount, .noMessagingTask])
        #expect(candidates[0].token == AccessToken("EAA-PAGE"))
        #expect(candidates[0].aliases == ["200000000000001"])
    }

    /// The address in `paging.next` is Meta's word; only its cursor is used, so no answer can send the token elsewhere.
    @Test(arguments: [true, false])
    func pagingStaysOnTheConfiguredHostAndEnds(hasCursors: Bool) async throws {
        let meta = RecordedMeta { asked in
            guard asked.path.hasSuffix("/me/accounts") else { return nil }
            let number = (Int(asked.query["after"] ?? "0") ?? 0) + 1
            let cursors = hasCursors ? #""cursors":{"after":"\#(number)"},"# : ""
            let account = #""instagram_business_account":{"id":"178\#(number)"},"access_token":"T""#
            let next = #""next":"https://evil.test/?limit=1&after=\#(number)""#
            return .ok(#"{"data":[{"id":"\#(number)",\#(account)}],"paging":{\#(cursors)\#(next)}}"#)
        }
        let candidates = try await integration(meta).accounts(of: grant)
        #expect(candidates.count == 20)
        #expect(meta.asked.allSatisfy { $0.host == "graph.facebook.test" })
    }

    @Test func anEmptyListFallsBackToTheGranularScopes() async throws {
        let meta = RecordedMeta { $0.path.hasSuffix("/me/accounts") ? .ok(#"{"data":[]}"#) : nil }
        let candidates = try await integration(meta).accounts(of: grant)
        #expect(candidates.map(\.facebookPageID) == [RecordedMeta.pageID])
        #expect(candidates.map(\.instagramPageID) == [RecordedMeta.accountID])
        #expect(candidates.map(\.ineligible) == [nil])
        #expect(
            meta.asked.map(\.path) == ["/v25.0/me/accounts", "/v25.0/debug_token", "/v25.0/\(RecordedMeta.pageID)"])
        #expect(meta.asked[1].query["access_token"] == "400000000000001|\(RecordedMeta.facebookSecret)")
    }

    @Test func aChosenPageThatCannotBeReadDoesNotCostTheOthers() async throws {
        let meta = RecordedMeta { asked in
            if asked.path.hasSuffix("/me/accounts") { return .ok(#"{"data":[]}"#) }
            if asked.path.hasSuffix("/debug_token") {
                return .ok(
                    #"{"data":{"granular_scopes":[{"scope":"pages_messaging","target_ids":["9",200000000000001]}]}}"#)
            }
            return asked.path.hasSuffix("/9") ? .status(400, #"{"error":{"code":100,"error_subcode":33}}"#) : nil
        }
        #expect(try await integration(meta).accounts(of: grant).map(\.facebookPageID) == [RecordedMeta.pageID])
    }

    @Test func anInvalidTokenIsDead() async {
        let meta = RecordedMeta {
            $0.path.hasSuffix("/debug_token")
                ? .ok(#"{"data":{"is_valid":false,"error":{"code":190,"subcode":460},"scopes":[]}}"#) : nil
        }
        await #expect(throws: GraphError(.tokenDead, status: 200, code: 190, subcode: 460)) {
            try await integration(meta).inspect(IntegrationSubject.facebookPage.access)
        }
    }

    @Test func inspectionJoinsBothScopeLists() async throws {
        let scopes = try await integration(RecordedMeta()).inspect(IntegrationSubject.facebookPage.access).scopes
        #expect(
            Set(scopes ?? []) == ["pages_show_list", "pages_messaging", "instagram_manage_messages", "instagram_basic"])
        #expect(scopes?.count == 4)
    }

    @Test func messengerNamesAreFirstAndLast() async throws {
        let meta = RecordedMeta { _ in .ok(#"{"first_name":"User","last_name":"One","id":"3"}"#) }
        let access = IntegrationSubject.facebookPage.access
        #expect(try await integration(meta).profile(of: "3", on: .messenger, access: access)?.username == "User One")
        #expect(meta.asked[0].query["fields"] == "first_name,last_name")
    }

    @Test func sendsAsAResponseFromThePage() async {
        let meta = RecordedMeta()
        _ = await integration(meta).send("x", to: "1", on: .messenger, from: IntegrationSubject.facebookPage.access)
        #expect(meta.asked.map(\.path) == ["/v25.0/\(RecordedMeta.pageID)/messages"])
        #expect(meta.asked[0].json?["messaging_type"]?.string == "RESPONSE")
    }
}
