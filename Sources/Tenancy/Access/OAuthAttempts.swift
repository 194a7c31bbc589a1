internal import Cryptography
internal import Storage

/// The `state` values of the connect flow: random, one-time, bound to one browser, ten minutes (RFC 6749, 10.12).
public struct OAuthAttempts: Sendable {
    /// How long an attempt lives, in seconds.
    public static let lifetime = 600

    private let store: TenancyStore

    /// - Parameter store: the database.
    public init(_ store: TenancyStore) {
        self.store = store
    }

    /// Begins an attempt, and notes it in the tenant's audit log.
    /// - Parameters:
    ///   - flow: whose dialog is opened; the callback of another flow does not accept the state.
    ///   - browserHash: SHA-256 of the browser's cookie.
    ///   - choices: what the callback will need, sealed until then; ``storeChoices(_:for:of:now:)`` replaces it.
    ///   - requestID: names the request in the audit log.
    /// - Returns: the `state` value (256 bits, URL-safe).
    /// - Throws: ``TooManyAttempts``, ``StorageError``.
    public func create(
        link: ConnectLink, flow: Flow, browserHash: [UInt8], choices: [UInt8] = [],
        requestID: String? = nil, now: Timestamp
    ) async throws -> String {
        let state = RandomBytes.make(Self.stateCount)
        let attempt = OAuthAttempt(
            stateHash: SHA256.digest(state), linkHash: link.hash, flow: flow, browserHash: browserHash, createdAt: now,
            expiresAt: now.adding(seconds: Self.lifetime))
        let sealed = try await store.keys(of: link.tenantID).seal(choices, at: attempt.choicesPlace)
        let note = AuditNote(.connectLinkAuthorize, link.handle, detail: ["flow": .word(flow.rawValue)])
        try await store.writeGlobal { rows in
            try rows.audit(note, by: link, requestID: requestID, now: now)
            try rows.transaction.execute(
                """
                INSERT INTO oauth_attempts (state_hash, link_hash, flow, browser_hash, choices, created_at, expires_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """,
                [
                    .blob(attempt.stateHash), .blob(link.hash), .text(flow.rawValue), .blob(browserHash),
                    .blob(sealed), .time(now), .time(attempt.expiresAt),
                ])
        }
        return Base64URL.encode(state)
    }

    /// Takes a `state` value back: of all who bring it only the first gets the attempt.
    ///
    /// A foreign browser does not use it up, so that nobody can spoil a doctor's attempt with a state alone.
    /// - Throws: ``OAuthAttemptFailure``, ``StorageError``.
    public func consume(
        state: String, flow: Flow, browserHash: [UInt8]?, now: Timestamp
    ) async throws -> OAuthAttempt {
        guard let bytes = Base64URL.decode(state), bytes.count == Self.stateCount else {
            throw OAuthAttemptFailure.unknown
        }
        let hash = SHA256.digest(bytes)
        return try await store.writeGlobal { rows in
            let taken = try rows.transaction.execute(
                """
                UPDATE oauth_attempts SET used_at = ?4
                WHERE state_hash = ?1 AND flow = ?2 AND browser_hash = ?3 AND used_at IS NULL AND expires_at > ?4
                """,
                [.blob(hash), .text(flow.rawValue), .blob(browserHash ?? []), .time(now)])
            guard let attempt = try rows.attempt(where: "state_hash = ?1", [.blob(hash)]), attempt.flow == flow else {
                throw OAuthAttemptFailure.unknown
            }
            if taken == 1 { return attempt }
            guard let browserHash, constantTimeEqual(attempt.browserHash, browserHash) else {
                throw OAuthAttemptFailure.foreignBrowser
            }
            throw attempt.usedAt == nil ? OAuthAttemptFailure.expired : .reused
        }
    }

    /// An attempt, used and ended ones as well.
    public func find(state: String) async throws -> OAuthAttempt? {
        guard let bytes = Base64URL.decode(state) else { return nil }
        let hash = SHA256.digest(bytes)
        return try await store.readGlobal { try $0.attempt(where: "state_hash = ?1", [.blob(hash)]) }
    }

    /// Keeps what the doctor may choose among, sealed, for another ten minutes.
    /// - Parameter choices: any bytes; they hold tokens.
    public func storeChoices(_ choices: [UInt8], for attempt: OAuthAttempt, of tenant: TenantID, now: Timestamp)
        async throws
    {
        let sealed = try await store.keys(of: tenant).seal(choices, at: attempt.choicesPlace)
        try await store.writeGlobal { rows in
            try rows.transaction.execute(
                "UPDATE oauth_attempts SET choices = ?2, expires_at = ?3 WHERE state_hash = ?1",
                [.blob(attempt.stateHash), .blob(sealed), .time(now.adding(seconds: Self.lifetime))])
        }
    }

    /// The newest choices that this browser left open under this link.
    /// - Returns: `nil` when there are none, they have expired, or another browser left them.
    public func choices(
        of link: ConnectLink, browserHash: [UInt8], now: Timestamp
    ) async throws -> (attempt: OAuthAttempt, choices: [UInt8])? {
        let found = try await store.readGlobal { rows -> (OAuthAttempt, [UInt8])? in
            let condition = """
                link_hash = ?1 AND browser_hash = ?2 AND used_at IS NOT NULL AND choices IS NOT NULL \
                AND expires_at > ?3 ORDER BY used_at DESC, state_hash LIMIT 1
                """
            let attempt = try rows.attempt(where: condition, [.blob(link.hash), .blob(browserHash), .time(now)])
            return try attempt.flatMap { attempt in try rows.sealedChoices(of: attempt).map { (attempt, $0) } }
        }
        guard let (attempt, sealed) = found else { return nil }
        return (attempt, try await store.keys(of: link.tenantID).open(sealed, at: attempt.choicesPlace))
    }

    /// What was kept with an attempt that has just come back.
    /// - Parameter tenant: of the attempt's link.
    /// - Returns: `nil` when it was forgotten meanwhile.
    public func choices(of attempt: OAuthAttempt, tenant: TenantID) async throws -> [UInt8]? {
        guard let sealed = try await sealedChoices(of: attempt) else { return nil }
        return try await store.keys(of: tenant).open(sealed, at: attempt.choicesPlace)
    }

    /// Deletes attempts that ended, and with them what was left to choose.
    /// - Returns: how many.
    @discardableResult
    public func deleteExpired(now: Timestamp) async throws -> Int {
        try await store.writeGlobal { rows in
            // A day more, so that a late or repeated callback is told what happened. One that did not come back has kept
            // nothing but where it began.
            try rows.transaction.execute(
                """
                UPDATE oauth_attempts SET choices = NULL
                WHERE expires_at < ?1 AND choices IS NOT NULL AND used_at IS NOT NULL
                """, [.time(now)])
            return try rows.transaction.execute(
                "DELETE FROM oauth_attempts WHERE expires_at < ?1", [.time(now.adding(seconds: -86_400))])
        }
    }

    private func sealedChoices(of attempt: OAuthAttempt) async throws -> [UInt8]? {
        try await store.readGlobal { try $0.sealedChoices(of: attempt) }
    }

    private static let stateCount = 32
}

extension GlobalRows {
    /// Forgets the choices of every attempt of a link, within the transaction of the connect.
    public func forgetChoices(of link: ConnectLink) throws {
        try transaction.execute(
            "UPDATE oauth_attempts SET choices = NULL WHERE link_hash = ?1 AND choices IS NOT NULL", [.blob(link.hash)])
    }

    fileprivate func sealedChoices(of attempt: OAuthAttempt) throws -> [UInt8]? {
        try transaction.first(
            "SELECT choices FROM oauth_attempts WHERE state_hash = ?1", [.blob(attempt.stateHash)]
        ).flatMap { row in
            var columns = row.columns
            return try columns.optionalBlob()
        }
    }

    fileprivate func attempt(where condition: String, _ values: [SQLValue]) throws -> OAuthAttempt? {
        try transaction.first(
            """
            SELECT state_hash, link_hash, flow, browser_hash, created_at, expires_at, used_at
            FROM oauth_attempts WHERE \(condition)
            """, values
        ).map { row in
            var columns = row.columns
            return OAuthAttempt(
                stateHash: try columns.blob(), linkHash: try columns.blob(), flow: Flow(rawValue: try columns.text()),
                browserHash: try columns.blob(), createdAt: try columns.time(), expiresAt: try columns.time(),
                usedAt: try columns.optionalTime())
        }
    }
}
