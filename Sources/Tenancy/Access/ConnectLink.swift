internal import Cryptography

/// A link that lets one doctor connect one practice. Its token is stored only as a digest.
public struct ConnectLink: Sendable, Hashable {
    /// What the link is for.
    public enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Connect for the first time, or switch the flow.
        case connect
        /// Renew a connection that lost its access.
        case reconnect
        /// Open the practice's status page.
        case manage
    }

    /// SHA-256 of the token.
    public var hash: [UInt8]
    /// The practice that it connects.
    public var tenantID: TenantID
    /// How it will be connected.
    public var flow: Flow
    /// What it is for.
    public var purpose: Purpose
    /// Where the browser goes afterwards.
    public var returnURL: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// From then on it is closed.
    public var expiresAt: Timestamp
    /// When a connect used it up; looking at it does not.
    public var usedAt: Timestamp?

    /// Memberwise.
    public init(
        hash: [UInt8], tenantID: TenantID, flow: Flow, purpose: Purpose, returnURL: String?, createdAt: Timestamp,
        expiresAt: Timestamp, usedAt: Timestamp? = nil
    ) {
        self.hash = hash
        self.tenantID = tenantID
        self.flow = flow
        self.purpose = purpose
        self.returnURL = returnURL
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }

    /// Names the link in logs: the first bytes of the digest, which open nothing.
    public var handle: String { Hex.encode(Array(hash.prefix(8))) }

    /// Whether it can still be used.
    public func isOpen(at now: Timestamp) -> Bool { usedAt == nil && now < expiresAt }
}
