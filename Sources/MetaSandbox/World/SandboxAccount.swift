/// An Instagram professional account of the sandbox.
public struct SandboxAccount: Sendable, Hashable {
    /// The id that webhooks carry as `entry[].id` (17841...).
    public var id: String
    /// The app-scoped id of Instagram Login (`/me.id`), which is not the webhook's.
    public var appScopedID: String
    /// Instagram user name, unique here.
    public var username: String
    /// Shown name.
    public var name: String
    /// `BUSINESS`, `MEDIA_CREATOR` or, for one that cannot be connected, `PERSONAL`.
    public var accountType: String
    /// The Facebook Page it is linked to.
    public var pageID: String?
    /// Whether the owner allowed access to messages (Instagram settings, connected tools).
    public var allowsMessageAccess: Bool
}

/// A Facebook Page of the sandbox.
public struct SandboxPage: Sendable, Hashable {
    /// Page id.
    public var id: String
    /// Page name.
    public var name: String
    /// The Facebook user who administers it, by the name that the consent page shows.
    public var owner: String
    /// What the owner may do on it; `MESSAGING` is needed to answer.
    public var tasks: [String]
    /// The linked Instagram account.
    public var accountID: String?
}

/// A patient: somebody who writes.
public struct SandboxPerson: Sendable, Hashable {
    /// Instagram user name, unique here.
    public var username: String
    /// Shown name.
    public var name: String
    /// Whether the person cannot be reached any more (551).
    public var isBlocking: Bool
    /// Set where the person is itself a connected account: two machines that talk to each other.
    public var accountID: String?
}

/// The ids of one person towards one asset. They differ from account to account, never between people.
struct ScopedIdentity: Sendable, Hashable {
    /// The id in both flows, as long as they agree.
    var common: String
    /// The id in the Page flow of an account whose flows differ.
    var pageFlow: String
}
