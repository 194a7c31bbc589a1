public import Tenancy

/// Who a request of the admin API comes from: what is counted, remembered and noted in the audit log.
public enum APICaller: Sendable, Hashable {
    /// The key of the configuration.
    case bootstrapKey
    /// A key that was made through the API or by a command.
    case apiKey(APIKeyID)
    /// Somebody whom an identity provider vouches for.
    case token(issuer: String, subject: String)

    /// As the audit log calls it.
    public var actor: AuditActor {
        switch self {
        case .bootstrapKey: .bootstrapKey
        case .apiKey(let id): .apiKey(id)
        case .token(let issuer, let subject): .token(issuer: issuer, subject: subject)
        }
    }
}
