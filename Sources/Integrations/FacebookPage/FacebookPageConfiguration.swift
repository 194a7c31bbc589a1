/// What the flow `facebook_page` needs to know. Hosts are configurable: Meta moves them, and the sandbox has its own.
public struct FacebookPageConfiguration: Sendable, Hashable, CustomStringConvertible {
    /// The Meta app's id.
    public var appID: String
    /// The Meta app's secret.
    public var appSecret: String
    /// The Facebook Login for Business configuration; where set, it takes the place of the scope list.
    public var loginConfigID: String?
    /// The consent dialog, a full URL; `{version}` stands for the version.
    public var authorizeURL: String
    /// Base of the Graph API for this flow.
    public var graphURL: String
    /// Base of the other Graph host, tried for a message lookup on a 5xx.
    public var instagramGraphURL: String
    /// `v25.0`
    public var version: String

    /// Memberwise, with Meta's own hosts.
    public init(
        appID: String, appSecret: String, loginConfigID: String? = nil,
        authorizeURL: String = "https://www.facebook.com/{version}/dialog/oauth",
        graphURL: String = "https://graph.facebook.com", instagramGraphURL: String = "https://graph.instagram.com",
        version: String = "v25.0"
    ) {
        self.appID = appID
        self.appSecret = appSecret
        self.loginConfigID = loginConfigID
        self.authorizeURL = authorizeURL
        self.graphURL = graphURL
        self.instagramGraphURL = instagramGraphURL
        self.version = version
    }

    /// For logs: no secret, no id of a patient, no address.
    public var description: String { "facebook_page app \(appID)" }
}
