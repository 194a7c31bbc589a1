/// When a token has to be renewed (Meta, "Refresh a long-lived token").
public struct TokenLifetime: Sendable, Hashable {
    /// The youngest age at which Meta renews a token, in seconds.
    public var youngestRefresh: Int
    /// The age at which we renew it, in seconds.
    public var refreshAge: Int

    /// - Parameters:
    ///   - youngestRefresh: seconds.
    ///   - refreshAge: seconds.
    public init(youngestRefresh: Int, refreshAge: Int) {
        self.youngestRefresh = youngestRefresh
        self.refreshAge = refreshAge
    }
}

/// A token with its end. Its description never shows it.
public struct AccessToken: Sendable, Hashable, CustomStringConvertible {
    /// The secret itself.
    public var value: String
    /// Seconds until it ends, as Meta told at issue; `nil` where it does not end.
    public var expiresIn: Int?

    /// - Parameters:
    ///   - value: the token.
    ///   - expiresIn: seconds, or `nil`.
    public init(_ value: String, expiresIn: Int? = nil) {
        self.value = value
        self.expiresIn = expiresIn
    }

    /// A placeholder: the secret must not slip into logs.
    public var description: String { "<access token>" }
}

/// What a doctor's consent gave: a long-lived user token and what it may do.
public struct Grant: Sendable, Hashable {
    /// The long-lived user token.
    public var token: AccessToken
    /// The granted scopes.
    public var scopes: [String]
    /// The person's app-scoped id: deauthorize and deletion callbacks name it.
    public var userID: String?

    /// - Parameters:
    ///   - token: long-lived.
    ///   - scopes: granted ones only.
    ///   - userID: app-scoped, decimal.
    public init(token: AccessToken, scopes: [String], userID: String?) {
        self.token = token
        self.scopes = scopes
        self.userID = userID
    }
}

/// One account that a grant reaches.
public struct AccountCandidate: Sendable, Hashable {
    /// The Instagram professional account id that webhooks carry as `entry[].id`; `nil` for a Page without one.
    public var instagramPageID: String?
    /// Instagram user name, where known.
    public var username: String?
    /// The Facebook Page, in the Page flow.
    public var facebookPageID: String?
    /// What a person knows the account by (Page name or user name).
    public var title: String
    /// The token that acts for this account.
    public var token: AccessToken
    /// Other ids of the same account that also route to it.
    public var aliases: [String]
    /// Why it cannot be connected; `nil` where it can.
    public var ineligible: Ineligibility?

    /// Why an account cannot be connected.
    public enum Ineligibility: String, Sendable, Hashable {
        /// The Page has no linked Instagram professional account.
        case noInstagramAccount = "no_instagram_account"
        /// The person may not answer messages on the Page.
        case noMessagingTask = "no_messaging_task"
        /// A personal account: Meta lets only professional ones be automated.
        case personalAccount = "personal_account"
    }

    /// Memberwise.
    public init(
        instagramPageID: String?, username: String?, facebookPageID: String?, title: String, token: AccessToken,
        aliases: [String], ineligible: Ineligibility?
    ) {
        self.instagramPageID = instagramPageID
        self.username = username
        self.facebookPageID = facebookPageID
        self.title = title
        self.token = token
        self.aliases = aliases
        self.ineligible = ineligible
    }
}

/// What is needed to act for a connected account.
public struct AccountAccess: Sendable, Hashable, CustomStringConvertible {
    /// The routing key, `entry[].id`.
    public var instagramPageID: String
    /// The Page, in the Page flow.
    public var facebookPageID: String?
    /// The token that acts for the account.
    public var token: AccessToken

    /// Memberwise.
    public init(instagramPageID: String, facebookPageID: String?, token: AccessToken) {
        self.instagramPageID = instagramPageID
        self.facebookPageID = facebookPageID
        self.token = token
    }

    /// The account's id without the token.
    public var description: String { "account \(instagramPageID)" }
}

/// What Meta says of a token.
public struct TokenInspection: Sendable, Hashable {
    /// The account it belongs to; compare with the connection's.
    public var instagramPageID: String?
    /// Scopes granted now; `nil` where the flow cannot ask.
    public var scopes: [String]?

    /// Memberwise.
    public init(instagramPageID: String?, scopes: [String]?) {
        self.instagramPageID = instagramPageID
        self.scopes = scopes
    }
}
