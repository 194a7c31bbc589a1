internal import Integrations

/// What a consent gave, before it is exchanged.
struct AuthorizationCode: Sendable {
    var flow: SandboxFlow
    /// The token needs the very same URI.
    var redirectURI: String
    var scopes: [String]
    /// The Instagram account that consented; Instagram Login only.
    var accountID: String?
    /// The Facebook user who consented; Page flow only.
    var owner: String?
    /// The Pages that the consent covers; Page flow only.
    var pageIDs: [String] = []
    var expiresAt: Int64
    var isUsed = false
}

/// A token with what it may do.
struct GrantedToken: Sendable, Hashable {
    enum Kind: Sendable {
        case instagramShort, instagramLong, userShort, userLong, page
    }

    var kind: Kind
    var scopes: [String]
    var accountID: String?
    var owner: String?
    var pageIDs: [String] = []
    var issuedAt: Int64
    /// `nil` for Page tokens, which do not end.
    var expiresAt: Int64?
    /// Set once it is dead: the subcode of 190.
    var deadSubcode: Int64?

    var flow: SandboxFlow {
        switch kind {
        case .instagramShort, .instagramLong: .instagramLogin
        case .userShort, .userLong, .page: .facebookPage
        }
    }
}

/// What the consent dialogs do without a person.
struct AutomaticConsent: Sendable {
    /// `ask`, `allow` or `deny`.
    var mode = "ask"
    /// User name or id of the account that consents.
    var account: String?
    /// Scopes that are left unticked.
    var without: [String] = []
    /// Pages that are ticked; `nil` is all of the user's.
    var pages: [String]?
}

/// Lifetimes in milliseconds.
enum Lifetime {
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 24 * hour
    /// Meta's 5183944 s, a little under 60 days.
    static let long: Int64 = 5_183_944_000
}
