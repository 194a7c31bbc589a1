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

    /// Lists conversations with their newest messages, most recently updated first.
    /// - Parameter peer: only the conversation with this person, where given.
    func conversations(
        on channel: Channel, with peer: String?, access: AccountAccess
    ) async throws(GraphError) -> [ConversationRecord]

    /// Asks for the id of one Instagram conversation, to learn whether Meta lets conversations be read: the less is asked
    /// for, the less is there that could make it fail for another reason.
    func touchConversations(_ access: AccountAccess) async throws(GraphError)

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
