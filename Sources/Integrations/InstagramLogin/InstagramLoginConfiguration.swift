/// What the flow `instagram_login` needs to know. Hosts are configurable: Meta moves them, and the sandbox has its own.
public struct InstagramLoginConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// The Instagram app id, shown beside the Instagram app secret: not the Meta app's id.
    public var appID: String
    /// The Instagram app secret.
    public var appSecret: String
    /// The consent dialog, a full URL.
    public var authorizeURL: String
    /// Base of the code exchange.
    public var apiURL: String
    /// Base of the Graph API for this flow.
    public var graphURL: String
    /// Base of the other Graph host, tried for a message lookup on a 5xx.
    public var facebookGraphURL: String
    /// `v25.0`
    public var version: String

    /// Memberwise, with Meta's own hosts.
    public init(
        appID: String, appSecret: String, authorizeURL: String = "https://www.instagram.com/oauth/authorize",
        apiURL: String = "https://api.instagram.com", graphURL: String = "https://graph.instagram.com",
        facebookGraphURL: String = "https://graph.facebook.com", version: String = "v25.0"
    ) {
        self.appID = appID
        self.appSecret = appSecret
        self.authorizeURL = authorizeURL
        self.apiURL = apiURL
        self.graphURL = graphURL
        self.facebookGraphURL = facebookGraphURL
        self.version = version
    }

    /// For logs: no secret, no id of a patient, no address.
    public var description: String { "instagram_login app \(appID)" }
}
