public import Integrations

/// How the sandbox plays Meta: the apps that are registered with it, where it delivers, and how it behaves.
public struct SandboxConfiguration: Sendable {
    /// A registered app.
    public struct App: Sendable, Hashable {
        /// App id, decimal.
        public var id: String
        /// App secret; signs the webhooks and guards the token exchanges.
        public var secret: String

        /// - Parameters:
        ///   - id: decimal digits.
        ///   - secret: at least one character.
        public init(id: String, secret: String) {
            self.id = id
            self.secret = secret
        }
    }

    /// Meta's two answers to the code exchange of Instagram Login (both occur).
    public enum ExchangeShape: String, Sendable, Hashable, CaseIterable {
        /// Flat, `user_id` a bare integer above 2^53, `permissions` an array: what is observed.
        case real
        /// Wrapped in `data: [...]`, `user_id` a string, `permissions` one string: what Meta documents.
        case documented
    }

    /// The Instagram app (flow `instagram_login`).
    public var instagramApp: App
    /// The Meta app (flow `facebook_page`).
    public var facebookApp: App
    /// What the handshake sends as `hub.verify_token`.
    public var verifyToken: String
    /// Where webhooks go; nothing is delivered while it is `nil`.
    public var callbackURL: String?
    /// Redirect URIs that the dialogs accept; `nil` accepts any.
    public var redirectURIs: [String]?
    /// Listen address.
    public var host: String
    /// Listen port; 0 takes a free one.
    public var port: Int
    /// Seeds every random choice: ids, tokens, shares of faults.
    public var seed: UInt64
    /// "Require App Secret" of the Meta app: calls to its Graph host need `appsecret_proof`.
    public var requiresAppSecretProof: Bool
    /// How the code exchange of Instagram Login answers.
    public var exchangeShape: ExchangeShape
    /// Whether `/me` of Instagram Login answers wrapped in `data: [...]`, as Meta documents it.
    public var wrapsMe: Bool
    /// Whether `/me/accounts` lists nothing although Pages were chosen, as with Facebook Login for Business.
    public var listsNoPages = false
    /// Milliseconds from an accepted send to its echo.
    public var echoDelay: Int64
    /// Milliseconds from an attempt that failed to the next; after the last one the delivery is dropped.
    public var retryIntervals: [Int64]
    /// Whether a dropped delivery also ends the account's subscription, as Meta does after an hour.
    public var unsubscribesAfterDrop: Bool
    /// Most items in one POST (Meta: up to 1000).
    public var batchSize: Int
    /// Most POSTs under way at once. Those of one account are delivered one after another unless they are retries.
    public var concurrency: Int
    /// The fields ticked in the app's dashboard, by `app/object`: `instagram/instagram`, `facebook/instagram`,
    /// `facebook/page`. Meta delivers by this list, whatever an account asked for.
    public var appFields: [String: Set<String>]

    /// The sandbox's own ids and secrets, so that it runs without any setting.
    public init(
        instagramApp: App = App(id: "300000000000001", secret: "sandbox-instagram-app-secret"),
        facebookApp: App = App(id: "400000000000001", secret: "sandbox-facebook-app-secret"),
        verifyToken: String = "sandbox-verify-token", callbackURL: String? = nil, redirectURIs: [String]? = nil,
        host: String = "127.0.0.1", port: Int = 0, seed: UInt64 = 1, requiresAppSecretProof: Bool = false,
        exchangeShape: ExchangeShape = .real, wrapsMe: Bool = false, echoDelay: Int64 = 200,
        retryIntervals: [Int64] = [500, 1000, 2000, 5000, 15_000, 60_000, 300_000],
        unsubscribesAfterDrop: Bool = false, batchSize: Int = 1, concurrency: Int = 8
    ) {
        self.instagramApp = instagramApp
        self.facebookApp = facebookApp
        self.verifyToken = verifyToken
        self.callbackURL = callbackURL
        self.redirectURIs = redirectURIs
        self.host = host
        self.port = port
        self.seed = seed
        self.requiresAppSecretProof = requiresAppSecretProof
        self.exchangeShape = exchangeShape
        self.wrapsMe = wrapsMe
        self.echoDelay = echoDelay
        self.retryIntervals = retryIntervals
        self.unsubscribesAfterDrop = unsubscribesAfterDrop
        self.batchSize = batchSize
        self.concurrency = concurrency
        let instagram: Set<String> = [
            "messages", "message_edit", "messaging_postbacks", "messaging_seen", "message_reactions",
            "messaging_referral", "messaging_handover", "messaging_optins", "comments", "live_comments", "mentions",
            "story_insights", "standby",
        ]
        self.appFields = [
            "instagram/instagram": instagram, "facebook/instagram": instagram,
            "facebook/page": [
                "messages", "message_edits", "messaging_postbacks", "message_reads", "message_deliveries",
                "message_reactions", "message_echoes", "messaging_referrals", "messaging_optins",
                "messaging_handovers", "messaging_policy_enforcement", "standby",
            ],
        ]
    }

    /// - Parameter app: which of the two.
    /// - Returns: its id and secret.
    public func app(_ app: MetaApp) -> App {
        switch app {
        case .instagram: instagramApp
        case .facebook: facebookApp
        }
    }
}
