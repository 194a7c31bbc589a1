/// Who does something that the audit log tells of.
public enum AuditActor: Sendable, Hashable {
    /// The key of the configuration.
    case bootstrapKey
    /// A key of the admin API.
    case apiKey(APIKeyID)
    /// Whoever an identity provider vouches for in a token: `iss` and `sub`.
    case token(issuer: String, subject: String)
    /// Whoever holds this connect link, by ``ConnectLink/handle``.
    case connectLink(String)
    /// Whoever has this session of a practice's page, by ``Session/handle``.
    case practiceSession(String)
    /// Meta, by the app in whose name it calls.
    case meta(app: String)
    /// Whoever is signed in at the operator's page with this key, `nil` for the one of the configuration.
    case `operator`(APIKeyID?)
    /// A command of the program, by the user of the machine who ran it.
    case command(user: String)
    /// The program by itself.
    case service

    /// The kind, as it is stored.
    public var word: String {
        switch self {
        case .bootstrapKey: "bootstrap_key"
        case .apiKey: "api_key"
        case .token: "token"
        case .connectLink: "connect_link"
        case .practiceSession: "practice_session"
        case .meta: "meta"
        case .operator: "operator"
        case .command: "command"
        case .service: "service"
        }
    }

    /// Which one of its kind.
    public var id: String? {
        switch self {
        case .bootstrapKey, .service: nil
        case .apiKey(let id): id.description
        // An issuer holds no space.
        case .token(let issuer, let subject): "\(issuer) \(subject)"
        case .operator(let id): id?.description
        case .connectLink(let handle), .practiceSession(let handle): handle
        case .meta(let app): app
        case .command(let user): user
        }
    }
}

/// Who does something, and in which request.
public struct AuditAuthor: Sendable, Hashable {
    /// Who does it.
    public var actor: AuditActor
    /// `X-Request-Id` of the answer, which the log records name too; `nil` outside of HTTP.
    public var requestID: String?

    /// Memberwise.
    public init(_ actor: AuditActor, requestID: String? = nil) {
        self.actor = actor
        self.requestID = requestID
    }

    /// The program by itself.
    public static let service = AuditAuthor(.service)
}
