public import Cryptography
public import Integrations
public import Logging
public import Storage
public import Tenancy

/// The whole configuration, checked. ``ConfigurationReader`` makes it; nothing else reads our variables (debug
/// builds: also `FaultPoint`).
public struct GatewayConfiguration: Sendable {
    /// Where the data is.
    public enum Database: Sendable, Hashable {
        /// An SQLite file.
        case sqlite(path: String)
        /// A PostgreSQL database.
        case postgres(PostgresConfiguration)
    }

    /// How log records are written.
    public enum LogFormat: String, Sendable, Hashable, CaseIterable {
        /// One JSON object a line.
        case json
        /// One readable line a record.
        case text
    }

    /// How long things are kept, in days.
    public struct Retention: Sendable, Hashable {
        /// Raw payloads of events; never longer than the events.
        public var payloadDays = 30
        /// Events.
        public var eventDays = 90
        /// Messages and replies; 0 keeps them.
        public var messageDays = 0
        /// Entries of the audit log.
        public var auditDays = 2190

        /// The defaults.
        public init() {}
    }

    /// Tokens of an identity provider as a second way into the admin API.
    public struct JWT: Sendable, Hashable {
        /// Who signs the tokens.
        public var issuer: String
        /// Whom the tokens are for.
        public var audience: String
        /// Where the keys are that the tokens are signed with.
        public var keySet: KeySetLocation
        /// The claim that names the one tenant that a token is for.
        public var tenantClaim: String
    }

    /// Where a JSON Web Key Set is published.
    public enum KeySetLocation: Sendable, Hashable {
        /// https, or http on the loopback.
        case url(String)
        /// A file of this machine.
        case file(path: String)
    }

    /// The operational webhook.
    public struct Notify: Sendable, Hashable {
        /// Where it is called.
        public var url: String
        /// Signs the calls.
        public var secret: Secret
    }

    /// One key-encryption key.
    public struct EncryptionKey: Sendable {
        /// Stands beside what it wraps.
        public var id: String
        /// The key itself.
        public var key: SealingKey
    }

    /// Listen address.
    public var host = "127.0.0.1"
    /// Listen port; 0 takes a free one.
    public var port = 8080
    /// Base of redirect URIs and connect links, without a slash at its end.
    public var publicURL = "http://localhost:8080"
    /// Where the data is.
    public var database = Database.sqlite(path: "clariva.db")
    /// Newest first, at least one.
    public var encryptionKeys: [EncryptionKey]
    /// The bootstrap key with all scopes.
    public var adminAPIKey: Secret?
    /// Requests a second of the admin API for each key, and for each address without one; twice as many at once. 0 is no
    /// limit.
    public var rateLimitPerSecond = 50
    /// What Meta's GET handshake has to name.
    public var webhookVerifyToken: Secret
    /// The flow `instagram_login`; `nil` where it is off.
    public var instagram: InstagramLoginConfiguration?
    /// The Instagram app's secret before its last change.
    public var instagramPreviousSecret: Secret?
    /// The flow `facebook_page`; `nil` where it is off.
    public var facebook: FacebookPageConfiguration?
    /// The Meta app's secret before its last change.
    public var facebookPreviousSecret: Secret?
    /// Records below it are dropped.
    public var logLevel = Logger.Level.info
    /// How records look.
    public var logFormat = LogFormat.json
    /// How messages are answered.
    public var pipeline = PipelineSettings()
    /// How long things are kept.
    public var retention = Retention()
    /// `nil` where only API keys are taken.
    public var jwt: JWT?
    /// `nil` where nobody is called.
    public var notify: Notify?
    /// Hosts that a `return_url` may name, in lower case.
    public var returnURLHosts: Set<String> = []

    /// - Parameters:
    ///   - encryptionKeys: newest first, at least one.
    ///   - webhookVerifyToken: for the handshake.
    public init(encryptionKeys: [EncryptionKey], webhookVerifyToken: Secret) {
        self.encryptionKeys = encryptionKeys
        self.webhookVerifyToken = webhookVerifyToken
    }

    /// The key-encryption keys as a ring; `nil` without any.
    public var keyRing: KeyRing? { KeyRing(encryptionKeys.map { ($0.id, $0.key) }) }

    /// Every secret that a webhook's signature may rest on.
    /// - Throws: ``CryptographyError/keyLength`` for an empty secret, which the reader does not let through.
    public func webhookSecrets() throws -> [WebhookSecret] {
        let secrets: [(app: MetaApp, isPrevious: Bool, secret: String?)] = [
            (.instagram, false, instagram?.appSecret), (.facebook, false, facebook?.appSecret),
            (.instagram, true, instagramPreviousSecret?.value), (.facebook, true, facebookPreviousSecret?.value),
        ]
        return try secrets.compactMap { entry in
            guard let secret = entry.secret else { return nil }
            return WebhookSecret(app: entry.app, isPrevious: entry.isPrevious, key: try HMACKey(utf8: secret))
        }
    }
}
