/// Flow B: Facebook Login and a Page that the Instagram account is linked to. The Page's own inbox comes with it.
///
/// Source: Meta, "Facebook Login", "Facebook Login for Business" and "Messenger Platform for Instagram".
public struct FacebookPage: Integration {
    /// How the flow is called.
    public static let flow = KnownFlow(name: "facebook_page", title: "Facebook Page", app: .facebook)

    let configuration: FacebookPageConfiguration
    let graph: GraphClient
    let messaging: GraphMessaging
    let subscriptions: GraphSubscriptions

    /// - Parameter onAnswer: hears of every call, for metrics.
    public init(
        _ configuration: FacebookPageConfiguration, transport: any HTTPTransport,
        onAnswer: (@Sendable (GraphObservation) -> Void)? = nil
    ) {
        self.configuration = configuration
        graph = GraphClient(
            flow: Self.flow.name, transport: transport, baseURL: configuration.graphURL,
            version: configuration.version, proofSecret: configuration.appSecret, onAnswer: onAnswer)
        let otherHost = GraphClient(
            flow: Self.flow.name, transport: transport, baseURL: configuration.instagramGraphURL,
            version: configuration.version, onAnswer: onAnswer)
        messaging = GraphMessaging(graph: graph, otherHost: otherHost)
        subscriptions = GraphSubscriptions(graph: graph, appID: configuration.appID)
    }

    /// The name in the API, the database and metrics.
    public var name: String { Self.flow.name }
    /// The name for people.
    public var title: String { Self.flow.title }
    /// The app whose secret signs the webhooks.
    public var app: MetaApp { Self.flow.app }
    /// Practices that got senderless edits alone got their messages once they had moved here.
    public var namesSenders: Bool { true }

    /// `business_management` shows the Pages that a business portfolio owns; without it they are missing.
    public var requestedScopes: [String] {
        [
            "pages_show_list", "pages_manage_metadata", "pages_messaging", "pages_read_engagement", "instagram_basic",
            "instagram_manage_messages", "business_management",
        ]
    }

    /// Without these, messages cannot be received or answered.
    public var requiredScopes: [String] {
        ["pages_manage_metadata", "pages_messaging", "instagram_basic", "instagram_manage_messages"]
    }

    /// Only names that the Page edge knows: those of Instagram alone (`comments`) are refused there.
    public var webhookFields: [String] {
        [
            "messages", "message_echoes", "messaging_postbacks", "message_reactions", "message_reads",
            "messaging_referrals",
        ]
    }

    /// A Page token from a long-lived user token does not end by age.
    public var tokenLifetime: TokenLifetime? { nil }

    /// With Facebook Login for Business the configuration names the permissions; plain scopes did not register the app
    /// with the Instagram account in every case.
    public func authorizeURL(state: String, redirectURI: String) -> String {
        var query: [(name: String, value: String)] = [
            ("client_id", configuration.appID), ("redirect_uri", redirectURI), ("state", state),
            ("response_type", "code"),
        ]
        if let config = configuration.loginConfigID {
            query += [("config_id", config), ("override_default_response_type", "true")]
        } else {
            query.append(("scope", requestedScopes.joined(separator: ",")))
        }
        let dialog = configuration.authorizeURL.split(separator: "{version}", omittingEmptySubsequences: false)
            .joined(separator: configuration.version)
        return GrantAnswers.url(dialog, query)
    }
}
