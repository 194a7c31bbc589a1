internal import Cryptography
internal import Storage

/// The links that doctors connect through.
public struct ConnectLinks: Sendable {
    /// How long a link lives when nothing else is asked for: 7 days, in seconds.
    public static let defaultLifetime = 7 * 86_400
    /// The longest life of a link: 30 days, in seconds.
    public static let longestLifetime = 30 * 86_400

    private let store: TenancyStore

    /// - Parameter store: the database.
    public init(_ store: TenancyStore) {
        self.store = store
    }

    /// Makes a link that nothing knows of before ``GlobalRows/insertConnectLink(_:)``.
    /// - Parameters:
    ///   - returnURL: where the browser goes afterwards; the caller has validated it.
    ///   - expiresInSeconds: kept between 1 and ``longestLifetime``.
    /// - Returns: the token (256 bits, URL-safe), which cannot be had again, and the link.
    public static func make(
        tenant: TenantID, flow: Flow, purpose: ConnectLink.Purpose, returnURL: String? = nil,
        expiresInSeconds: Int = ConnectLinks.defaultLifetime, now: Timestamp
    ) -> (token: String, link: ConnectLink) {
        let token = RandomBytes.make(tokenCount)
        let link = ConnectLink(
            hash: SHA256.digest(token), tenantID: tenant, flow: flow, purpose: purpose, returnURL: returnURL,
            createdAt: now, expiresAt: now.adding(seconds: min(max(expiresInSeconds, 1), longestLifetime)))
        return (Base64URL.encode(token), link)
    }

    /// Makes a link, stores it, and notes it in the tenant's audit log.
    /// - Parameters:
    ///   - returnURL: where the browser goes afterwards; the caller has validated it.
    ///   - expiresInSeconds: kept between 1 and ``longestLifetime``.
    ///   - author: who makes it.
    /// - Returns: the token (256 bits, URL-safe), which cannot be had again, and the link.
    /// - Throws: ``StorageError/Kind/constraint`` when there is no such tenant.
    public func create(
        tenant: TenantID, flow: Flow, purpose: ConnectLink.Purpose, returnURL: String? = nil,
        expiresInSeconds: Int = ConnectLinks.defaultLifetime, by author: AuditAuthor = .service, now: Timestamp
    ) async throws -> (token: String, link: ConnectLink) {
        let made = Self.make(
            tenant: tenant, flow: flow, purpose: purpose, returnURL: returnURL, expiresInSeconds: expiresInSeconds,
            now: now)
        let note = AuditNote(
            .connectLinkCreate, made.link.handle,
            detail: ["flow": .word(flow.rawValue), "purpose": .word(purpose.rawValue)])
        try await store.writeGlobal { rows in
            try rows.insertConnectLink(made.link)
            try rows.audit(note, of: tenant, by: author, now: now)
        }
        return made
    }

    /// Ends every open link of a tenant, and with them the sessions that they have opened.
    /// - Returns: how many there were.
    @discardableResult
    public func withdraw(of tenant: TenantID, by author: AuditAuthor, now: Timestamp) async throws -> Int {
        try await store.writeGlobal { rows in
            let ended = try rows.transaction.execute(
                "UPDATE connect_links SET expires_at = ?2 WHERE tenant_id = ?1 AND expires_at > ?2",
                [.id(tenant.raw), .time(now)])
            let note = AuditNote(.connectLinkWithdraw, detail: ["links": .count(ended)])
            try rows.audit(note, of: tenant, by: author, now: now)
            return ended
        }
    }

    /// The link of a token, also when it is used up or past its end: the page says which.
    public func find(_ token: String) async throws -> ConnectLink? {
        guard let bytes = Base64URL.decode(token), bytes.count == Self.tokenCount else { return nil }
        let hash = SHA256.digest(bytes)
        return try await store.readGlobal { try $0.connectLink(hash) }
    }

    /// Deletes links that ended long ago: until then their page says what became of them.
    /// - Returns: how many.
    @discardableResult
    public func deleteExpired(now: Timestamp) async throws -> Int {
        try await store.writeGlobal { rows in
            try rows.transaction.execute(
                """
                DELETE FROM connect_links WHERE expires_at < ?1 AND NOT EXISTS (
                    SELECT 1 FROM oauth_attempts a WHERE a.link_hash = connect_links.token_hash)
                """, [.time(now.adding(seconds: -Self.remembered))])
        }
    }

    /// How long an ended link is remembered, in seconds.
    public static let remembered = 30 * 86_400

    private static let tokenCount = 32
}

extension GlobalRows {
    private static let linkColumns = "token_hash, tenant_id, flow, purpose, return_url, created_at, expires_at, used_at"

    /// Uses a link up, within the transaction of the connect.
    /// - Returns: whether it was still open; `false` means that somebody else's connect was quicker.
    public func markUsed(_ link: ConnectLink, now: Timestamp) throws -> Bool {
        try transaction.execute(
            "UPDATE connect_links SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
            [.blob(link.hash), .time(now)]) == 1
    }

    /// - Parameter hash: SHA-256 of the token.
    public func connectLink(_ hash: [UInt8]) throws -> ConnectLink? {
        try transaction.first("SELECT \(Self.linkColumns) FROM connect_links WHERE token_hash = ?1", [.blob(hash)])
            .map { row in
                var columns = row.columns
                return ConnectLink(
                    hash: try columns.blob(), tenantID: TenantID(try columns.id()),
                    flow: Flow(rawValue: try columns.text()), purpose: try columns.word(),
                    returnURL: try columns.optionalText(), createdAt: try columns.time(),
                    expiresAt: try columns.time(), usedAt: try columns.optionalTime())
            }
    }

    /// Stores a link that ``ConnectLinks/make(tenant:flow:purpose:returnURL:expiresInSeconds:now:)`` has made.
    public func insertConnectLink(_ link: ConnectLink) throws {
        try transaction.execute(
            "INSERT INTO connect_links (\(Self.linkColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            [
                .blob(link.hash), .id(link.tenantID.raw), .text(link.flow.rawValue), .text(link.purpose.rawValue),
                .text(link.returnURL), .time(link.createdAt), .time(link.expiresAt), .time(link.usedAt),
            ])
    }
}
