internal import Storage

/// Changes of single columns: each is one statement, so that those who change different things at the same time do not
/// write back each other's old values.
extension TenantRows {
    /// Moves a connection to another state, where its present one allows that (``Connection/State/mayBecome(_:)``), and
    /// writes down what its owner is to be told of it.
    /// - Returns: whether it moved.
    @discardableResult
    public func setState(
        of id: ConnectionID, to state: Connection.State, reason: Connection.Reason?, now: Timestamp
    ) throws -> Bool {
        let from = Connection.State.allCases.filter { $0.mayBecome(state) }
        // The words are ours, not a caller's: they may stand in the statement.
        let words = from.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let before = tellsOwners ? try connection(id) : nil
        let hasMoved =
            try transaction.execute(
                """
                UPDATE connections SET state = ?3, state_reason = ?4, updated_at = ?5
                WHERE tenant_id = ?1 AND id = ?2 AND state IN (\(words))
                """,
                [tenantValue, .id(id.raw), .text(state.rawValue), .text(reason?.rawValue), .time(now)]) == 1
        if hasMoved { try tell(change: before, to: state, reason, now: now) }
        return hasMoved
    }

    /// Sends nothing through this connection until then. A pause that is under way is never shortened.
    public func pause(_ id: ConnectionID, until: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE connections SET paused_until = ?3
            WHERE tenant_id = ?1 AND id = ?2 AND (paused_until IS NULL OR paused_until < ?3)
            """,
            [tenantValue, .id(id.raw), .time(until)])
    }

    /// Notes that a webhook arrived; at most once a minute, because a busy account gets hundreds of them.
    /// - Parameter moment: when it arrived, however late it is processed.
    public func noteWebhook(_ id: ConnectionID, receivedAt moment: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE connections SET last_webhook_at = ?3
            WHERE tenant_id = ?1 AND id = ?2 AND (last_webhook_at IS NULL OR last_webhook_at < ?4)
            """,
            [tenantValue, .id(id.raw), .time(moment), .time(moment.adding(seconds: -60))])
    }

    /// Notes that a reply was sent.
    public func noteSent(_ id: ConnectionID, now: Timestamp) throws {
        try transaction.execute(
            "UPDATE connections SET last_sent_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw), .time(now)])
    }

    /// Notes that a senderless edit has arrived for a message of the account itself.
    public func noteSenderlessOwn(_ id: ConnectionID) throws {
        try transaction.execute(
            "UPDATE connections SET senderless_own_seen = 1 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw)])
    }

    /// Replaces the token of a connection that has not ended: a refresh that comes back late brings no token back. How it
    /// is looked after begins anew.
    /// - Parameters:
    ///   - issuedAt: when Meta gave it.
    ///   - expiresAt: `nil` where it does not end.
    /// - Returns: whether it was stored.
    @discardableResult
    public func storeToken(
        _ id: ConnectionID, _ token: String, issuedAt: Timestamp, expiresAt: Timestamp?
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE connections SET token = ?3, token_issued_at = ?4, token_expires_at = ?5, care_due_at = 0,
                care_attempts = 0, expiry_warned = 0
            WHERE tenant_id = ?1 AND id = ?2 AND state <> 'disconnected'
            """,
            [
                tenantValue, .id(id.raw), .blob(try keys.seal(token, at: .token(of: id))), .time(issuedAt),
                .time(expiresAt),
            ]) == 1
    }

    /// Forgets the token.
    public func destroyToken(_ id: ConnectionID) throws {
        try transaction.execute(
            """
            UPDATE connections SET token = NULL, token_issued_at = NULL, token_expires_at = NULL
            WHERE tenant_id = ?1 AND id = ?2
            """,
            [tenantValue, .id(id.raw)])
    }

    /// Forgets who connected: the person's app-scoped ids, wherever they stand, and the user name.
    /// - Parameter person: the id by which the person is to be forgotten, beside the one that is kept as such.
    /// - Returns: the ids that no longer mean this account.
    public func forget(person: String, of id: ConnectionID) throws -> Set<String> {
        guard let connection = try connection(id) else { return [] }
        // The account's own id and its Page's are the practice's, however Meta names the person.
        let gone = Set([person, connection.appUserID].compactMap(\.self))
            .subtracting([connection.instagramPageID, connection.facebookPageID].compactMap(\.self))
        try transaction.execute(
            "UPDATE connections SET app_user_id = NULL, username = NULL, aliases = ?3 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw), .text(try JSONColumn.encode(connection.aliases.filter { !gone.contains($0) }))])
        return gone
    }
}
