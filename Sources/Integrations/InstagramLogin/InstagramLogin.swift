/// Flow A: the Instagram API with Instagram Login. The doctor signs in at Instagram itself; no Facebook Page is needed.
///
/// Source: Meta, "Business Login for Instagram" and "Instagram API with Instagram Login".
public struct InstagramLogin: Integration {
    /// How the flow is called.
    public static let flow = KnownFlow(name: "instagram_login", title: "Instagram Login", app: .instagram)

    let configuration: InstagramLoginConfiguration
    let login: GraphClient
    let graph: GraphClient
    let messaging: GraphMessaging
    let subscriptions: GraphSubscriptions

    /// - Parameter onAnswer: hears of every call, for metrics.
    public init(
        _ configuration: InstagramLoginConfiguration, transport: any HTTPTransport,
        onAnswer: (@Sendable (GraphObservation) -> Void)? = nil
    ) {
        func client(_ baseURL: String) -> GraphClient {
            GraphClient(
                flow: Self.flow.name, transport: transport, baseURL: baseURL, version: configuration.version,
                onAnswer: onAnswer)
        }
        self.configuration = configuration
        login = client(configuration.apiURL)
        graph = client(configuration.graphURL)
        messaging = GraphMessaging(graph: graph, otherHost: client(configuration.facebookGraphURL))
        subscriptions = GraphSubscriptions(graph: graph, appID: configuration.appID)
    }

    /// The name in the API, the database and metrics.
    public var name: String { Self.flow.name }
    /// The name for people.
    public var title: String { Self.flow.title }
    /// The app whose secret signs the webhooks.
    public var app: MetaApp { Self.flow.app }
    /// This is where messages come without their senders.
    public var namesSenders: Bool { false }
    /// The scopes of the consent dialog.
    public var requestedScopes: [String] { ["instagram_business_basic", "instagram_business_manage_messages"] }
    /// Without these, messages cannot be received or answered.
    public var requiredScopes: [String] { requestedScopes }
    /// What is subscribed for the account.
    public var webhookFields: [String] {
        ["messages", "messaging_postbacks", "messaging_seen", "message_reactions", "messaging_referral"]
    }

    /// Tokens live 60 days and are renewed weekly: Meta refuses before 24 hours, and a missed week is not the end.
    public var tokenLifetime: TokenLifetime? {
        TokenLifetime(youngestRefresh: 24 * 3600, refreshAge: 7 * 24 * 3600)
    }

    /// The address of the consent dialog.
    public func authorizeURL(state: String, redirectURI: String) -> String {
        GrantAnswers.url(
            configuration.authorizeURL,
            [
                ("client_id", configuration.appID), ("redirect_uri", redirectURI), ("response_type", "code"),
                ("scope", requestedScopes.joined(separator: ",")), ("state", state),
            ])
    }
}
