/// A failed Graph API call, reduced to what decides what happens next. It never holds a token, a secret or a text.
public struct GraphError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The class of the failure: `code` and `error_subcode` decide, never the text.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The call never left: DNS, connect or TLS failure, or nothing was written.
        case notSent = "not_sent"
        /// Bytes were written and no whole answer came: time-out or reset.
        case noAnswer = "no_answer"
        /// The server's fault: 5xx, codes 1 and 2, `is_transient`.
        case transient
        /// Too many calls: wait for ``GraphError/retryAfter``.
        case throttled
        /// The token is dead: 190 and 102.
        case tokenDead = "token_dead"
        /// The messaging window is closed.
        case windowClosed = "window_closed"
        /// The person cannot be reached, or blocked the account.
        case recipientUnreachable = "recipient_unreachable"
        /// The id names nobody here: wrong id space.
        case wrongRecipient = "wrong_recipient"
        /// Another app owns the thread.
        case notThreadOwner = "not_thread_owner"
        /// A permission, role or setting is missing.
        case permission
        /// Meta calls it abuse.
        case policy
        /// The request itself is wrong.
        case content
        /// The object is gone or cannot be seen.
        case gone
        /// Code 100 and others without a known subcode: may be Meta's outage, so never a reason to disconnect.
        case unsupported
        /// An answer that could not be read.
        case malformed
    }

    /// What kind of failure.
    public var kind: Kind
    /// HTTP status; `nil` where no answer came.
    public var status: Int?
    /// Meta's `error.code`.
    public var code: Int?
    /// Meta's `error.error_subcode`.
    public var subcode: Int?
    /// Seconds to wait, as the headers tell.
    public var retryAfter: Int?

    /// Memberwise.
    public init(_ kind: Kind, status: Int? = nil, code: Int? = nil, subcode: Int? = nil, retryAfter: Int? = nil) {
        self.kind = kind
        self.status = status
        self.code = code
        self.subcode = subcode
        self.retryAfter = retryAfter
    }

    /// A throttle that counts the calls of the whole app: 4 and 341 (Graph API, "Rate Limits" and "Handling Errors").
    /// 17 counts one user's, the rest an account's or a Page's.
    public var concernsWholeApp: Bool { kind == .throttled && (code == 4 || code == 341) }

    /// The app itself may not: it lacks the capability (3), or Advanced Access to messages of people without a role on it
    /// (subcode 2534048). Nothing that an account's owner does helps.
    public var concernsAppsAccess: Bool { kind == .permission && (code == 3 || subcode == 2_534_048) }

    /// Kind, status and codes; safe for logs.
    public var description: String {
        var text = kind.rawValue
        if let status { text += " status=\(status)" }
        if let code { text += " code=\(code)" }
        if let subcode { text += " subcode=\(subcode)" }
        return text
    }
}
