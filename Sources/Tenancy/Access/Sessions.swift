internal import Cryptography
internal import Storage

/// Opens, finds and ends browsers' sessions. Only a digest of a session's secret is stored.
public struct Sessions: Sendable {
    private static let secretCount = 32
    /// A session is noted as seen, and lives longer for it, once in this many seconds.
    private static let noteSeconds = 60

    private let store: TenancyStore

    /// - Parameter store: the database.
    public init(_ store: TenancyStore) {
        self.store = store
    }

    /// Opens a session, always with a fresh secret: nobody can know it from before.
    /// - Parameter note: writes the audit entry, in the same transaction; what it throws opens no session.
    /// - Returns: the secret (256 bits, URL-safe), which cannot be had again, and the session.
    /// - Throws: ``StorageError/Kind/constraint`` when there is no such tenant or key.
    public func open(
        _ owner: Session.Owner, now: Timestamp,
        noting note: @escaping @Sendable (GlobalRows, Session) throws -> Void = { _, _ in }
    ) async throws -> (secret: String, session: Session) {
        let secret = RandomBytes.make(Self.secretCount)
        var session = Session(
            hash: SHA256.digest(secret), owner: owner, csrf: RandomBytes.make(Self.secretCount), createdAt: now,
            seenAt: now, expiresAt: now)
        session.expiresAt = session.end(seenAt: now)
        let opened = session
        try await store.writeGlobal { rows in
            try note(rows, opened)
            try rows.insertSession(opened)
        }
        return (Base64URL.encode(secret), opened)
    }

    /// The session of a secret, if it is of that kind and not over: not by its time, nor because its link, its tenant or
    /// its key is gone, has ended or was revoked.
    ///
    /// The row is found by the digest of 256 random bits: the time that an index takes tells nothing of them. It is
    /// compared in constant time all the same.
    /// - Parameter secret: as it came in the cookie.
    public func find(_ secret: String, kind: Session.Kind, now: Timestamp) async throws -> Session? {
        guard let bytes = Base64URL.decode(secret), bytes.count == Self.secretCount else { return nil }
        let hash = SHA256.digest(bytes)
        let found = try await store.readGlobal { rows -> Session? in
            guard let session = try rows.session(hash), try rows.isAlive(session, now: now) else { return nil }
            return session
        }
        guard var session = found, constantTimeEqual(session.hash, hash), session.owner.kind == kind else { return nil }
        if session.seenAt.adding(seconds: Self.noteSeconds) <= now {
            session.seenAt = now
            session.expiresAt = session.end(seenAt: now)
            let seen = session
            // To live longer is a convenience: a database that cannot be written must not throw people out.
            _ = try? await store.writeGlobal { try $0.noteSeen(seen) }
        }
        return session
    }

    /// Ends a session.
    /// - Parameter note: writes the audit entry, in the same transaction, where the session was there.
    /// - Returns: whether it was.
    @discardableResult
    public func end(
        _ session: Session, noting note: @escaping @Sendable (GlobalRows) throws -> Void = { _ in }
    ) async throws -> Bool {
        try await store.writeGlobal { rows in
            guard try rows.deleteSession(session.hash) else { return false }
            try note(rows)
            return true
        }
    }

    /// Deletes sessions that are past their end.
    /// - Returns: how many.
    @discardableResult
    public func deleteExpired(now: Timestamp) async throws -> Int {
        try await store.writeGlobal { rows in
            try rows.transaction.execute("DELETE FROM sessions WHERE expires_at <= ?1", [.time(now)])
        }
    }
}

extension GlobalRows {
    /// Ends every session of a tenant, within the transaction of what ends the tenant.
    /// - Returns: how many there were.
    @discardableResult
    public func deleteSessions(of tenant: TenantID) throws -> Int {
        try transaction.execute("DELETE FROM sessions WHERE tenant_id = ?1", [.id(tenant.raw)])
    }

    private static let sessionColumns = """
        hash, kind, tenant_id, link_hash, key_id, csrf, created_at, seen_at, expires_at
        """

    fileprivate func session(_ hash: [UInt8]) throws -> Session? {
        try transaction.first("SELECT \(Self.sessionColumns) FROM sessions WHERE hash = ?1", [.blob(hash)])
            .map(Session.init(row:))
    }

    fileprivate func insertSession(_ session: Session) throws {
        var (tenant, link, key): (TenantID?, [UInt8]?, APIKeyID?) = (nil, nil, nil)
        switch session.owner {
        case .practice(let itsTenant, let itsLink): (tenant, link) = (itsTenant, itsLink)
        case .operator(let itsKey): key = itsKey
        }
        try transaction.execute(
            "INSERT INTO sessions (\(Self.sessionColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            [
                .blob(session.hash), .text(session.owner.kind.rawValue), .id(tenant?.raw), .blob(link), .id(key?.raw),
                .blob(session.csrf), .time(session.createdAt), .time(session.seenAt), .time(session.expiresAt),
            ])
    }

    fileprivate func noteSeen(_ session: Session) throws {
        try transaction.execute(
            "UPDATE sessions SET seen_at = ?2, expires_at = ?3 WHERE hash = ?1",
            [.blob(session.hash), .time(session.seenAt), .time(session.expiresAt)])
    }

    fileprivate func deleteSession(_ hash: [UInt8]) throws -> Bool {
        try transaction.execute("DELETE FROM sessions WHERE hash = ?1", [.blob(hash)]) == 1
    }

    /// Whether neither its time is over nor what opened it has ended.
    fileprivate func isAlive(_ session: Session, now: Timestamp) throws -> Bool {
        guard now < session.expiresAt else { return false }
        switch session.owner {
        case .practice(let tenant, let link):
            guard let link = try connectLink(link), link.isOpen(at: now) else { return false }
            return try self.tenant(tenant) != nil
        case .operator(let id?):
            guard let (key, _) = try apiKey(id), key.revokedAt == nil else { return false }
            return key.expiresAt.map { now < $0 } ?? true
        case .operator(nil):
            return true
        }
    }
}

extension Session {
    fileprivate init(row: SQLRow) throws {
        var columns = row.columns
        let hash = try columns.blob()
        let kind: Kind = try columns.word()
        let tenant = try columns.optionalID().map(TenantID.init)
        let link = try columns.optionalBlob()
        let key = try columns.optionalID().map(APIKeyID.init)
        let owner: Owner
        switch kind {
        case .practice:
            guard let tenant, let link else { throw StorageError(.schema, "a practice's session without a practice") }
            owner = .practice(tenant, link: link)
        case .operator:
            owner = .operator(key)
        }
        self.init(
            hash: hash, owner: owner, csrf: try columns.blob(), createdAt: try columns.time(),
            seenAt: try columns.time(), expiresAt: try columns.time())
    }
}
