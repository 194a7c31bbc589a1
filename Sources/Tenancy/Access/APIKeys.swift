internal import Cryptography
internal import Storage

/// Keys of the admin API: `clv_<key id>_<secret>`. Only a digest of the secret is stored.
public struct APIKeys: Sendable {
    private let store: TenancyStore

    /// - Parameter store: the database.
    public init(_ store: TenancyStore) {
        self.store = store
    }

    /// Whether a text has the form of a key, good or not.
    public static func isMeant(_ text: String) -> Bool { text.hasPrefix("clv_") }

    /// Makes a key.
    /// - Parameters:
    ///   - name: for people.
    ///   - scope: what it may do.
    ///   - expiresAt: `nil` for a key that does not end.
    ///   - author: who makes it, for the audit log: the tenant's for a key of one tenant, else the system tenant's.
    /// - Returns: the key's record, and its text, which is shown once and cannot be had again.
    public func create(
        name: String, scope: APIKey.Scope, expiresAt: Timestamp? = nil, by author: AuditAuthor = .service,
        now: Timestamp
    ) async throws -> (key: APIKey, text: String) {
        let secret = RandomBytes.make(Self.secretCount)
        let key = try await make(name, scope, expiresAt, secret, by: author, now: now, claim: nil).key
        return (key, Self.text(key.id, secret))
    }

    /// Makes a key for a request that may come again.
    /// - Parameter claim: one that made its key before is given that one.
    /// - Returns: the key's record, and its text; `nil` for a key that an earlier run made: it cannot be had again.
    public func create(
        name: String, scope: APIKey.Scope, expiresAt: Timestamp?, by author: AuditAuthor, now: Timestamp,
        claim: RequestClaim?
    ) async throws -> (key: APIKey, text: String?) {
        let secret = RandomBytes.make(Self.secretCount)
        let made = try await make(name, scope, expiresAt, secret, by: author, now: now, claim: claim)
        return (made.key, made.isNew ? Self.text(made.key.id, secret) : nil)
    }

    private func make(
        _ name: String, _ scope: APIKey.Scope, _ expiresAt: Timestamp?, _ secret: [UInt8],
        by author: AuditAuthor, now: Timestamp, claim: RequestClaim?
    ) async throws -> (key: APIKey, isNew: Bool) {
        let store = store
        let hash = SHA256.digest(secret)
        let keys = try await store.keys(of: claim)
        return try await store.writeGlobal { rows in
            try rows.enterLists()
            let made = try rows.once(claim, keys: keys) {
                let id = try rows.nextAPIKeyID(now: now) { store.makeID(now: $0) }
                let key = APIKey(
                    id: id, name: name, prefix: "clv_\(Self.handle(id).prefix(12))", scope: scope, createdAt: now,
                    expiresAt: expiresAt)
                try rows.insertAPIKey(key, hash: hash)
                return id.raw
            }
            guard let made, let key = try rows.apiKey(APIKeyID(made.id))?.0 else {
                throw StorageError(.schema, "the key that a request made is gone")
            }
            if made.isNew {
                let note = AuditNote(.apiKeyCreate, key.id.description, detail: ["scope": .word(scope.word)])
                try rows.audit(note, of: scope.tenant ?? .system, by: author, now: now)
            }
            return (key, made.isNew)
        }
    }

    private static func handle(_ id: APIKeyID) -> String { Hex.encode(id.raw.bytes) }

    private static func text(_ id: APIKeyID, _ secret: [UInt8]) -> String {
        "clv_\(handle(id))_\(Base64URL.encode(secret))"
    }

    /// Keys in the order of their creation, revoked ones included.
    /// - Parameters:
    ///   - cursor: the last one of the page before.
    ///   - limit: at most this many.
    public func list(after cursor: APIKeyID? = nil, limit: Int = 200) async throws -> [APIKey] {
        try await store.readGlobal { try $0.apiKeys(after: cursor, limit: limit) }
    }

    /// Ends a key at once.
    /// - Returns: whether there was such a key that had not been revoked.
    @discardableResult
    public func revoke(_ id: APIKeyID, by author: AuditAuthor = .service, now: Timestamp) async throws -> Bool {
        try await store.writeGlobal { rows in
            guard let (key, _) = try rows.apiKey(id), try rows.revokeAPIKey(id, now: now) else { return false }
            let note = AuditNote(.apiKeyRevoke, id.description, detail: ["scope": .word(key.scope.word)])
            try rows.audit(note, of: key.scope.tenant ?? .system, by: author, now: now)
            return true
        }
    }

    /// The key behind a text, if it is one, is right, and has neither ended nor been revoked.
    ///
    /// The key id finds the row and is no secret; the secret's digest is compared in constant time, and with an id that
    /// is unknown with a digest of nobody's.
    /// - Parameter text: as it came in the request.
    public func authenticate(_ text: String, now: Timestamp) async throws -> APIKey? {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "clv", parts[1].utf8.count == 32, let idBytes = Hex.decode(parts[1]),
            let raw = Identifier(bytes: idBytes), let secret = Base64URL.decode(parts[2]),
            secret.count == Self.secretCount
        else { return nil }
        let known = try await store.readGlobal { try $0.apiKey(APIKeyID(raw)) }
        guard let key = Self.opened(by: secret, known, now: now) else { return nil }
        let minuteAgo = now.adding(seconds: -60)
        if key.lastUsedAt.map({ $0 <= minuteAgo }) ?? true {
            // Knowing the last use is a convenience: a database that cannot be written must not lock people out.
            _ = try? await store.writeGlobal { try $0.noteUse(of: key.id, now: now) }
        }
        return key
    }

    /// Whether a secret opens the key that its id found. One comparison whatever was found: the time taken does not tell which
    /// ids there are, which keys have ended, or how much of a secret is right.
    /// - Parameters:
    ///   - known: `nil` for an id that is unknown.
    ///   - areEqual: in constant time.
    static func opened(
        by secret: [UInt8], _ known: (key: APIKey, hash: [UInt8])?, now: Timestamp,
        areEqual: ([UInt8], [UInt8]) -> Bool = constantTimeEqual
    ) -> APIKey? {
        let isRight = areEqual(SHA256.digest(secret), known?.hash ?? nobodysHash)
        guard let key = known?.key, isRight, key.revokedAt == nil, key.expiresAt.map({ now < $0 }) ?? true else {
            return nil
        }
        return key
    }

    private static let secretCount = 32
    /// The digest of no secret that anybody knows.
    private static let nobodysHash = [UInt8](repeating: 0, count: SHA256.byteCount)
}

extension GlobalRows {
    private static let keyColumns = """
        id, name, prefix, scope, tenant_id, created_at, last_used_at, expires_at, revoked_at
        """

    fileprivate func insertAPIKey(_ key: APIKey, hash: [UInt8]) throws {
        try transaction.execute(
            """
            INSERT INTO api_keys (\(Self.keyColumns), hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7, NULL, ?8)
            """,
            [
                .id(key.id.raw), .text(key.name), .text(key.prefix), .text(key.scope.word),
                .id(key.scope.tenant?.raw),
                .time(key.createdAt), .time(key.expiresAt), .blob(hash),
            ])
    }

    fileprivate func apiKeys(after cursor: APIKeyID?, limit: Int) throws -> [APIKey] {
        try transaction.query(
            "SELECT \(Self.keyColumns) FROM api_keys WHERE id > ?1 ORDER BY id LIMIT ?2",
            [.id(cursor?.raw ?? Identifier(high: 0, low: 0)), .count(limit)]
        ).map { row in
            var columns = row.columns
            return try APIKey(&columns)
        }
    }

    func apiKey(_ id: APIKeyID) throws -> (key: APIKey, hash: [UInt8])? {
        try transaction.first("SELECT \(Self.keyColumns), hash FROM api_keys WHERE id = ?1", [.id(id.raw)]).map { row in
            var columns = row.columns
            return (try APIKey(&columns), try columns.blob())
        }
    }

    fileprivate func revokeAPIKey(_ id: APIKeyID, now: Timestamp) throws -> Bool {
        try transaction.execute(
            "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", [.id(id.raw), .time(now)]) == 1
    }

    fileprivate func noteUse(of id: APIKeyID, now: Timestamp) throws {
        try transaction.execute("UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1", [.id(id.raw), .time(now)])
    }
}

extension APIKey {
    fileprivate init(_ columns: inout SQLRow.Columns) throws {
        let id = APIKeyID(try columns.id())
        let name = try columns.text()
        let prefix = try columns.text()
        let word = try columns.text()
        let scope: Scope =
            switch (word, try columns.optionalID()) {
            case ("admin", nil): .admin
            case ("read", nil): .read
            case ("tenant", let tenant?): .tenant(TenantID(tenant))
            default: throw StorageError(.schema, "unknown scope of an API key")
            }
        self.init(
            id: id, name: name, prefix: prefix, scope: scope, createdAt: try columns.time(),
            lastUsedAt: try columns.optionalTime(), expiresAt: try columns.optionalTime(),
            revokedAt: try columns.optionalTime())
    }
}
