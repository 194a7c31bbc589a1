internal import Cryptography

/// A browser's session. Its secret, which the browser's cookie holds, is stored nowhere.
public struct Session: Sendable, Hashable {
    /// What a session opens.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// One practice's own page.
        case practice
        /// The service's page for its operators.
        case `operator`

        /// How long a session lives without being looked at, in seconds.
        public var idleSeconds: Int { 1800 }

        /// How long it lives at most, in seconds. A practice's ends 30 minutes after the link was opened, also when it is
        /// used; an operator's goes on for a working day.
        public var longestSeconds: Int {
            switch self {
            case .practice: 1800
            case .operator: 8 * 3600
            }
        }
    }

    /// Who has opened it, and so when it ends.
    public enum Owner: Sendable, Hashable {
        /// Whoever holds this connect link (by its hash). It ends with the link and with the tenant.
        case practice(TenantID, link: [UInt8])
        /// Whoever holds this key of the admin API, `nil` for the one of the configuration. It ends with the key; of the
        /// configuration's key whoever asks has to see to it.
        case `operator`(APIKeyID?)

        /// What it opens.
        public var kind: Kind {
            switch self {
            case .practice: .practice
            case .operator: .operator
            }
        }
    }

    /// SHA-256 of the secret.
    public var hash: [UInt8]
    /// Who has opened it.
    public var owner: Owner
    /// What forms have to bring along; see ``formToken``.
    public var csrf: [UInt8]
    /// When it was opened.
    public var createdAt: Timestamp
    /// When it was last looked at, to the minute.
    public var seenAt: Timestamp
    /// From then on it is over.
    public var expiresAt: Timestamp

    /// Names the session in logs and in the audit log: the first bytes of the digest, which open nothing.
    public var handle: String { Hex.encode(Array(hash.prefix(8))) }

    /// What each form of the session carries, so that no other site can send one in its browser's name.
    public var formToken: String { Base64URL.encode(csrf) }

    /// Whether a form brings the right token, compared in constant time.
    public func accepts(formToken: String) -> Bool {
        constantTimeEqual(Array(formToken.utf8), Array(self.formToken.utf8))
    }

    /// When it ends if it is looked at now.
    func end(seenAt now: Timestamp) -> Timestamp {
        min(now.adding(seconds: owner.kind.idleSeconds), createdAt.adding(seconds: owner.kind.longestSeconds))
    }
}
