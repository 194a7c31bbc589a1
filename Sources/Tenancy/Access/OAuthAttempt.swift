internal import Storage

/// One trip of a browser to Meta's consent dialog and back.
public struct OAuthAttempt: Sendable, Hashable {
    /// SHA-256 of the `state` value.
    public var stateHash: [UInt8]
    /// The link that it began with.
    public var linkHash: [UInt8]
    /// Whose dialog was opened.
    public var flow: Flow
    /// SHA-256 of the cookie of the browser that began it.
    public var browserHash: [UInt8]
    /// When it began.
    public var createdAt: Timestamp
    /// From then on it is refused.
    public var expiresAt: Timestamp
    /// When it came back.
    public var usedAt: Timestamp?

    /// Where its choices are sealed.
    var choicesPlace: TenantKeys.Place {
        // Half of a SHA-256 digest names the row as well as an id would.
        TenantKeys.Place(
            "oauth_attempts", "choices", Identifier(bytes: Array(stateHash.prefix(16))) ?? Identifier(high: 0, low: 0))
    }
}

/// Why a `state` value was refused. Nothing has changed then.
public enum OAuthAttemptFailure: String, Error, Sendable, Hashable, CaseIterable {
    /// Nobody gave it out, or it was cleaned up long ago.
    case unknown
    /// It came back too late.
    case expired
    /// It has come back before.
    case reused
    /// It was given to another browser.
    case foreignBrowser
}
