internal import Storage

extension TenantRows {
    /// All the tenant's connections, ended ones included, newest first.
    public func connections() throws -> [Connection] {
        try connections(where: "", [])
    }

    /// One connection.
    public func connection(_ id: ConnectionID) throws -> Connection? {
        try connections(where: "AND id = ?2", [.id(id.raw)]).first
    }

    /// The one connection that answers messages now; there is never a second one.
    public func answeringConnection() throws -> Connection? {
        try connections(where: "AND state IN ('active', 'degraded')", []).first
    }

    /// The connection that a person means: the one that answers, else the newest that has not ended.
    public func livingConnection() throws -> Connection? {
        try answeringConnection() ?? connections().first { $0.state != .disconnected }
    }

    /// The connection that stands for an account: one that answers before one that wants a reconnect before one that
    /// is being set up; of several the newest.
    /// - Parameter accountID: the account's own id, its Page's, or an alias.
    /// - Returns: `nil` when the account has no connection here, or only ended ones.
    public func connection(answeringFor accountID: String) throws -> Connection? {
        let own = try connections(where: "AND state <> 'disconnected'", []).filter { connection in
            connection.instagramPageID == accountID || connection.facebookPageID == accountID
                || connection.aliases.contains(accountID)
        }
        let order: [(Connection) -> Bool] = [
            \.state.answers, { $0.state == .reconnectRequired }, { $0.state == .pending },
        ]
        for isWanted in order {
            if let found = own.first(where: isWanted) { return found }
        }
        return nil
    }

    /// Adds a connection; its user name and token are sealed.
    /// - Throws: ``StorageError/Kind/constraint`` when it answers and another one of the tenant does already.
    public func insertConnection(_ connection: Connection) throws {
        try transaction.execute(
            """
            INSERT INTO connections (tenant_id, \(Self.connectionColumns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
            """, try values(of: connection))
    }

    /// Writes the whole row but for the time of its creation. How it is looked after begins anew, and what its owner is to
    /// be told of the change is written down.
    /// - Returns: whether there is such a connection.
    /// - Throws: ``StorageError/Kind/constraint`` when it answers and another one of the tenant does already: retire
    ///   that one first.
    @discardableResult
    public func updateConnection(_ connection: Connection) throws -> Bool {
        let before = tellsOwners ? try self.connection(connection.id) : nil
        let isThere =
            try transaction.execute(
                """
                UPDATE connections SET flow = ?3, state = ?4, state_reason = ?5, instagram_page_id = ?6,
                    facebook_page_id = ?7, aliases = ?8, app_user_id = ?9, username = ?10, token = ?11,
                    token_issued_at = ?12, token_expires_at = ?13, scopes = ?14, subscribed_fields = ?15,
                    paused_until = ?16, senderless_own_seen = ?17, last_webhook_at = ?18, last_sent_at = ?19,
                    updated_at = ?20, care_due_at = 0, care_attempts = 0, expiry_warned = 0, check_at = NULL
                WHERE tenant_id = ?1 AND id = ?2
                """, Array(try values(of: connection).dropLast())) == 1
        try tell(change: before, to: connection.state, connection.reason, now: connection.updatedAt)
        return isThere
    }

    /// In the order of ``values(of:)``, without the tenant; `created_at` last, because an update leaves it out.
    private static let connectionColumns = """
        id, flow, state, state_reason, instagram_page_id, facebook_page_id, aliases, app_user_id, username, token, \
        token_issued_at, token_expires_at, scopes, subscribed_fields, paused_until, senderless_own_seen, \
        last_webhook_at, last_sent_at, updated_at, created_at
        """

    private func connections(where condition: String, _ values: [SQLValue]) throws -> [Connection] {
        try transaction.query(
            "SELECT \(Self.connectionColumns) FROM connections WHERE tenant_id = ?1 \(condition) ORDER BY id DESC",
            [tenantValue] + values
        ).map(connection(row:))
    }

    private func values(of connection: Connection) throws -> [SQLValue] {
        let id = connection.id.raw
        return [
            tenantValue, .id(id), .text(connection.flow.rawValue), .text(connection.state.rawValue),
            .text(connection.reason?.rawValue), .text(connection.instagramPageID), .text(connection.facebookPageID),
            .text(try JSONColumn.encode(connection.aliases)), .text(connection.appUserID),
            .blob(try connection.username.map { try keys.seal($0, at: .username(of: connection.id)) }),
            .blob(try connection.token.map { try keys.seal($0, at: .token(of: connection.id)) }),
            .time(connection.tokenIssuedAt), .time(connection.tokenExpiresAt),
            .text(try JSONColumn.encode(connection.scopes)), .text(try JSONColumn.encode(connection.subscribedFields)),
            .time(connection.pausedUntil), .flag(connection.senderlessOwnSeen), .time(connection.lastWebhookAt),
            .time(connection.lastSentAt), .time(connection.updatedAt), .time(connection.createdAt),
        ]
    }

    private func connection(row: SQLRow) throws -> Connection {
        var columns = row.columns
        let id = ConnectionID(try columns.id())
        var connection = Connection(
            id: id, tenantID: tenant, flow: Flow(rawValue: try columns.text()), state: try columns.word(),
            reason: try columns.optionalWord(), instagramPageID: try columns.text(),
            facebookPageID: try columns.optionalText(), aliases: try JSONColumn.decode(try columns.text()),
            appUserID: try columns.optionalText(),
            username: try columns.optionalBlob().map { try keys.text($0, at: .username(of: id)) },
            token: try columns.optionalBlob().map { try keys.text($0, at: .token(of: id)) },
            tokenIssuedAt: try columns.optionalTime(), tokenExpiresAt: try columns.optionalTime(),
            scopes: try JSONColumn.decode(try columns.text()),
            subscribedFields: try JSONColumn.decode(try columns.text()), pausedUntil: try columns.optionalTime(),
            senderlessOwnSeen: try columns.flag(), lastWebhookAt: try columns.optionalTime(),
            lastSentAt: try columns.optionalTime(), createdAt: Timestamp(milliseconds: 0), updatedAt: try columns.time()
        )
        connection.createdAt = try columns.time()
        return connection
    }
}

extension TenantKeys.Place {
    static func token(of id: ConnectionID) -> Self { Self("connections", "token", id.raw) }
    static func username(of id: ConnectionID) -> Self { Self("connections", "username", id.raw) }
}
