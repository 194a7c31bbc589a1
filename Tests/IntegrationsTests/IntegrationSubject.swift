import Integrations
import Synchronization
import Testing

/// One registered integration with what the conformance suite needs to know of it. A further flow adds one line here.
struct IntegrationSubject: Sendable, CustomTestStringConvertible {
    static let all = [instagramLogin, facebookPage]

    var flow: KnownFlow
    var access: AccountAccess
    /// The host that this flow's calls go to, and the one it tries on a server's fault.
    var ownHost: String
    var otherHost: String
    /// The token that a grant ends with.
    var longToken: String
    /// Texts that may stand in no error and no URL of an ordinary call.
    var secrets: [String]
    var channels: [Channel]
    var make: @Sendable (RecordedMeta, @escaping @Sendable (GraphObservation) -> Void) -> any Integration

    var testDescription: String { flow.name }

    func integration(_ meta: RecordedMeta) -> any Integration { make(meta) { _ in } }

    static let instagramLogin = IntegrationSubject(
        flow: InstagramLogin.flow,
        access: AccountAccess(
            instagramPageID: RecordedMeta.accountID, facebookPageID: nil, token: AccessToken("IGAA-LONG")),
        ownHost: "graph.instagram.test", otherHost: "graph.facebook.test", longToken: "IGAA-LONG",
        secrets: [RecordedMeta.instagramSecret, "IGAA-LONG", "IGAA-SHORT"], channels: [.instagram]
    ) { meta, observe in
        InstagramLogin(
            InstagramLoginConfiguration(
                appID: "500000000000001", appSecret: RecordedMeta.instagramSecret,
                authorizeURL: "https://www.instagram.test/oauth/authorize", apiURL: "https://api.instagram.test",
                graphURL: "https://graph.instagram.test/", facebookGraphURL: "https://graph.facebook.test"),
            transport: meta, onAnswer: observe)
    }

    static let facebookPage = IntegrationSubject(
        flow: FacebookPage.flow,
        access: AccountAccess(
            instagramPageID: RecordedMeta.accountID, facebookPageID: RecordedMeta.pageID,
            token: AccessToken("EAA-PAGE")),
        ownHost: "graph.facebook.test", otherHost: "graph.instagram.test", longToken: "EAA-LONG",
        secrets: [RecordedMeta.facebookSecret, "EAA-PAGE", "EAA-LONG", "EAA-SHORT"], channels: [.instagram, .messenger]
    ) { meta, observe in
        FacebookPage(
            FacebookPageConfiguration(
                appID: "400000000000001", appSecret: RecordedMeta.facebookSecret,
                authorizeURL: "https://www.facebook.test/{version}/dialog/oauth",
                graphURL: "https://graph.facebook.test", instagramGraphURL: "https://graph.instagram.test"),
            transport: meta, onAnswer: observe)
    }

    /// Every call that the protocol has, each by itself, for what must hold of all of them.
    func everyCall() -> [(name: String, run: @Sendable (any Integration) async throws(GraphError) -> Void)] {
        let access = access
        let grant = Grant(token: AccessToken(longToken), scopes: [], userID: nil)
        return [
            (
                "exchange",
                { i async throws(GraphError) in _ = try await i.exchange(code: "C", redirectURI: "https://x/") }
            ),
            ("accounts", { i async throws(GraphError) in _ = try await i.accounts(of: grant) }),
            ("subscribe", { i async throws(GraphError) in _ = try await i.subscribe(access) }),
            ("subscribedFields", { i async throws(GraphError) in _ = try await i.subscribedFields(access) }),
            ("unsubscribe", { i async throws(GraphError) in try await i.unsubscribe(access) }),
            ("inspect", { i async throws(GraphError) in _ = try await i.inspect(access) }),
            ("message", { i async throws(GraphError) in _ = try await i.message(RecordedMeta.mid, access: access) }),
            (
                "conversation",
                { i async throws(GraphError) in _ = try await i.conversation("conversation-1", access: access) }
            ),
            (
                "conversations",
                { i async throws(GraphError) in
                    _ = try await i.conversations(on: .instagram, with: nil, access: access)
                }
            ),
            ("touchConversations", { i async throws(GraphError) in try await i.touchConversations(access) }),
            (
                "profile",
                { i async throws(GraphError) in
                    _ = try await i.profile(of: "1000000000000001", on: .instagram, access: access)
                }
            ),
            (
                "send",
                { i async throws(GraphError) in
                    switch await i.send("hello", to: "1000000000000001", on: .instagram, from: access) {
                    case .sent: break
                    case .notApplied(let error), .unknown(let error): throw error
                    }
                }
            ),
        ]
    }
}
