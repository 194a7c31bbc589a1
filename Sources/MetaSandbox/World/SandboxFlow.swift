public import Integrations

/// Meta's two ways to connect an account, by the names that the service uses for them.
public enum SandboxFlow: String, Sendable, Hashable, CaseIterable {
    /// Instagram API with Instagram Login.
    case instagramLogin = "instagram_login"
    /// Facebook Login and a Page.
    case facebookPage = "facebook_page"

    /// The app that the flow goes through; its secret signs.
    public var app: MetaApp {
        switch self {
        case .instagramLogin: .instagram
        case .facebookPage: .facebook
        }
    }

    /// The flow of an app.
    init(_ app: MetaApp) {
        switch app {
        case .instagram: self = .instagramLogin
        case .facebook: self = .facebookPage
        }
    }
}
