/// One way to connect a practice's Instagram account: what differs between Meta's flows, and nothing else.
///
/// The gateway talks to Meta only through this protocol, so that a third flow is one more folder and one line in
/// ``IntegrationRegistry``. Nothing outside an integration's own folder asks which flow it is.
/// The conformance suite `IntegrationConformance` says what each one must do.
public protocol Integration: Sendable {
    /// The flow's name in the API, the database and metrics: `instagram_login` or `facebook_page`.
    var name: String { get }
    /// The flow's name for people, on pages and in advice.
    var title: String { get }
    /// The Meta app whose secret signs this flow's webhooks.
    var app: MetaApp { get }
    /// Whether direct messages have been seen to come with their senders through this flow where they came without
    /// through another: then switching to it is a cure.
    var namesSenders: Bool { get }
    /// The scopes that the connect dialog asks for.
    var requestedScopes: [String] { get }
    /// The scopes without which messages cannot be answered: a connection that lacks one is `scopes_missing`.
    var requiredScopes: [String] { get }
    /// The webhook fields that ``subscribe(_:)`` asks for.
    var webhookFields: [String] { get }
    /// At which age a token is renewed; `nil` where the flow's tokens do not end.
    var tokenLifetime: TokenLifetime? { get }

    /// The address of Meta's consent dialog.
    /// - Parameters:
    ///   - state: the one-time value that comes back with the code.
    ///   - redirectURI: the callback, byte for byte as registered with Meta.
    func authorizeURL(state: String, redirectURI: String) -> String

    /// Turns the callback's code into a long-lived grant. A failed long-lived exchange fails the connect.
    /// - Parameter code: the code as it came; a trailing `#_` is removed.
    /// - Throws: ``GraphError`` when Meta refuses or cannot be reached.
    func exchange(code: String, redirectURI: String) async throws(GraphError) -> Grant

    /// The accounts that a grant reaches, those that cannot be connected included, each with its reason.
    func accounts(of grant: Grant) async throws(GraphError) -> [AccountCandidate]

    /// Subscribes the account to webhooks and reads the subscription back.
    /// - Returns: the fields that Meta says are subscribed now.
    func subscribe(_ access: AccountAccess) async throws(GraphError) -> [String]

    /// The fields that are subscribed now; empty where the app is not subscribed at all.
    func subscribedFields(_ access: AccountAccess) async throws(GraphError) -> [String]

    /// Ends the account's webhooks.
    func unsubscribe(_ access: AccountAccess) async throws(GraphError)

    /// A new token for the same grant. The old one stays valid until the new one is stored.
    func refresh(_ access: AccountAccess) async throws(GraphError) -> AccessToken

    /// Asks Meta who the token belongs to and what it may do.
    func inspect(_ access: AccountAccess) async throws(GraphError) -> TokenInspection

    /// Sends one text. Never throws: what is certain and what is not is the answer's point.
    /// - Parameters:
    ///   - text: within the channel's limit (1000 bytes of UTF-8 on Instagram, 2000 characters on Messenger).
    ///   - recipient: an IGSID or PSID learned through this flow.
    ///   - beforeFirstByte: asked once the connection to Meta stands and before the first byte; `false` gives the send up
    ///     as not applied. Called on the transport's own thread: it must not block.
    func send(
        _ text: String, to recipient: String, on channel: Channel, from access: AccountAccess,
        beforeFirstByte: (@Sendable () -> Bool)?
    ) async -> SendOutcome

    /// Looks one message up on the flow's own host; on a server's fault (5xx) the other Graph host is tried.
    /// - Returns: `nil` where Meta answers without a sender (`{}` for a just-edited message).
    func message(_ mid: String, access: AccountAccess) async throws(GraphError) -> MessageRecord?

    /// Reads the newest messages of one conversation, newest first.
    /// - Parameter id: the conversation's id; for Instagram it is built from a mid.
    func conversation(_ id: String, access: AccountAccess) async throws(GraphError) -> ConversationRecord

    /// Lists conversations, most recently updated first.
    /// - Parameters:
    ///   - peer: only the conversation with this person, where given.
    ///   - withMessages: also reads each conversation's newest messages.
    func conversations(
        on channel: Channel, with peer: String?, withMessages: Bool, access: AccountAccess
    ) async throws(GraphError) -> [ConversationRecord]

    /// The name a patient goes by. `nil` where Meta does not tell (230: no consent yet).
    func profile(of peer: String, on channel: Channel, access: AccountAccess) async throws(GraphError) -> Profile?
}

extension Integration {
    /// Sends one text without a last look before the first byte.
    public func send(
        _ text: String, to recipient: String, on channel: Channel, from access: AccountAccess
    ) async -> SendOutcome {
        await send(text, to: recipient, on: channel, from: access, beforeFirstByte: nil)
    }
}

/// A Meta app: each has its own secret, and its secret signs its webhooks.
public enum MetaApp: String, Sendable, Hashable, CaseIterable {
    /// The Instagram app, flow `instagram_login`.
    case instagram
    /// The Meta app (Facebook), flow `facebook_page`.
    case facebook
}

/// Where a conversation takes place.
public enum Channel: String, Sendable, Hashable, CaseIterable {
    /// Instagram direct messages.
    case instagram
    /// A Facebook Page's own inbox.
    case messenger
}

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
    /// Instagram user name.
    public var username: String?
    /// Scopes granted now; `nil` where the flow cannot ask.
    public var scopes: [String]?

    /// Memberwise.
    public init(instagramPageID: String?, username: String?, scopes: [String]?) {
        self.instagramPageID = instagramPageID
        self.username = username
        self.scopes = scopes
    }
}

/// One message as the Graph API shows it.
public struct MessageRecord: Sendable, Hashable {
    /// Message id.
    public var mid: String
    /// Who wrote it: the account's own id, or the patient's IGSID or PSID.
    public var from: String?
    /// The writer's user name.
    public var fromUsername: String?
    /// The recipients.
    public var to: [String]
    /// Its text; `nil` where it has none or Meta did not say.
    public var text: String?
    /// When it was made, milliseconds since 1970 (Meta tells whole seconds).
    public var createdAt: Int64?
    /// The kinds of its attachments (`image`, `story_mention`, ...).
    public var attachmentKinds: [String]

    /// Memberwise.
    public init(
        mid: String, from: String?, fromUsername: String? = nil, to: [String], text: String?, createdAt: Int64?,
        attachmentKinds: [String] = []
    ) {
        self.mid = mid
        self.from = from
        self.fromUsername = fromUsername
        self.to = to
        self.text = text
        self.createdAt = createdAt
        self.attachmentKinds = attachmentKinds
    }
}

/// One conversation as the Graph API shows it.
public struct ConversationRecord: Sendable, Hashable {
    /// Conversation id.
    public var id: String
    /// Ids of those who take part, the account's own included.
    public var participants: [String]
    /// The newest messages, newest first; empty where they were not asked for.
    public var messages: [MessageRecord]

    /// Memberwise.
    public init(id: String, participants: [String], messages: [MessageRecord]) {
        self.id = id
        self.participants = participants
        self.messages = messages
    }
}

/// A patient's public name.
public struct Profile: Sendable, Hashable {
    /// User name, or first and last name on Messenger.
    public var username: String?

    /// Memberwise.
    public init(username: String?) {
        self.username = username
    }
}

/// What is known after an attempt to send.
public enum SendOutcome: Sendable, Hashable {
    /// Meta took it and named it.
    case sent(mid: String)
    /// Certainly not applied: nothing was written, or Meta refused it. The error says whether trying again helps.
    case notApplied(GraphError)
    /// It may have gone out: a time-out or reset after bytes were written, a 5xx, 408, codes 1 and 2, a 2xx without an id.
    case unknown(GraphError)
}
