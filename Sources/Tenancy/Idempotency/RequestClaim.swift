public import Storage

/// The right to do what one request with an idempotency key asks for; whoever does it writes down with it what it made.
public struct RequestClaim: Sendable, Hashable {
    /// Whose rows the claim stands among: the tenant that the request is about, or the system tenant.
    public let tenant: TenantID
    let id: Identifier

    /// Where its answer is sealed.
    var answerPlace: TenantKeys.Place { TenantKeys.Place("idempotency", "answer", id) }
}

/// What became known of a request with an idempotency key.
public enum RequestFinding: Sendable, Hashable {
    /// Nobody has answered it: do what it asks for, and keep the answer.
    case claimed(RequestClaim)
    /// It was answered, with these bytes.
    case answered([UInt8])
    /// Somebody is at it.
    case inProgress
    /// The key was used for another request.
    case otherRequest
}

/// What a claim's change made.
public struct MadeOnce: Sendable, Hashable {
    /// What was made or changed.
    public var id: Identifier
    /// Whether it was made now; `false` where an earlier run of the same request had made it.
    public var isNew: Bool
}
