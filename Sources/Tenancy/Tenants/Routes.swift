internal import Storage

/// Which tenant the events of an account belong to.
public struct Route: Sendable, Hashable {
    /// What the id is.
    public enum Kind: String, Sendable, Hashable {
        /// The account's own id, `entry[].id`.
        case account
        /// Another id of the same account.
        case alias
    }

    /// `entry[].id`, or another id of the account.
    public var accountID: String
    /// Whose it is.
    public var tenantID: TenantID
    /// What the id is.
    public var kind: Kind

    /// Memberwise.
    public init(accountID: String, tenantID: TenantID, kind: Kind) {
        self.accountID = accountID
        self.tenantID = tenantID
        self.kind = kind
    }
}

/// An account, or another id of it, belongs to another tenant. Which one is told to nobody.
public struct ClaimConflict: Error, Sendable, Hashable, CustomStringConvertible {
    /// The id that is taken.
    public var accountID: String

    /// For logs.
    public var description: String { "account \(accountID) belongs to another tenant" }
}

extension GlobalRows {
    /// Every route, for the table that the webhook route keeps in memory.
    public func routes() throws -> [Route] {
        try transaction.query("SELECT account_id, tenant_id, kind FROM routes ORDER BY account_id", []).map { row in
            var columns = row.columns
            return Route(
                accountID: try columns.text(), tenantID: TenantID(try columns.id()), kind: try columns.word())
        }
    }

    /// Counts the changes of the routes, whichever process makes them.
    public func routesRevision() throws -> Int64 {
        guard var columns = try transaction.first(Self.routesRevisionQuery, [])?.columns else {
            throw StorageError(.schema, "no revision of the routes")
        }
        return try columns.integer()
    }

    private static let routesRevisionQuery = "SELECT revision FROM revisions WHERE name = 'routes'"

    private func noteRoutesChanged() throws {
        try transaction.execute("UPDATE revisions SET revision = revision + 1 WHERE name = 'routes'", [])
    }

    /// Whose events an account's are; `nil` where nobody claims it.
    public func route(of accountID: String) throws -> TenantID? {
        try transaction.first("SELECT tenant_id FROM routes WHERE account_id = ?1", [.text(accountID)]).map { row in
            var columns = row.columns
            return TenantID(try columns.id())
        }
    }

    /// Keeps an account with its owner until the transaction ends.
    /// - Returns: whether it is this tenant's.
    public func keepRoute(of accountID: String, with tenant: TenantID) throws -> Bool {
        try !transaction.locking(
            "SELECT 1 FROM routes WHERE account_id = ?1 AND tenant_id = ?2", [.text(accountID), .id(tenant.raw)],
            "FOR SHARE"
        ).isEmpty
    }

    /// Claims an account and its other ids for a tenant. What the tenant has claimed already stays claimed.
    /// - Throws: ``ClaimConflict`` when one of the ids is another tenant's. Let it end the transaction: then nothing
    ///   has changed.
    public func claim(account: String, aliases: [String], for tenant: TenantID, now: Timestamp) throws {
        let ids = [(account, Route.Kind.account)] + Set(aliases).subtracting([account]).sorted().map { ($0, .alias) }
        for (id, _) in ids {
            if let owner = try route(of: id), owner != tenant { throw ClaimConflict(accountID: id) }
        }
        for (id, kind) in ids {
            let inserted = try transaction.execute(
                """
                INSERT INTO routes (account_id, tenant_id, kind, claimed_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO NOTHING
                """, [.text(id), .id(tenant.raw), .text(kind.rawValue), .time(now)])
            guard inserted == 0 else { continue }
            let kept = try transaction.execute(
                "UPDATE routes SET kind = ?3 WHERE account_id = ?1 AND tenant_id = ?2",
                [.text(id), .id(tenant.raw), .text(kind.rawValue)])
            // Somebody else was quicker between the look and the insert.
            guard kept == 1 else { throw ClaimConflict(accountID: id) }
        }
        try noteRoutesChanged()
    }

    /// Ends all of a tenant's claims: later events of its accounts are unrouted.
    /// - Returns: how many ids were released.
    @discardableResult
    public func releaseClaims(of tenant: TenantID) throws -> Int {
        let released = try transaction.execute("DELETE FROM routes WHERE tenant_id = ?1", [.id(tenant.raw)])
        try noteRoutesChanged()
        return released
    }

    /// Ends a tenant's claims on these ids; other tenants' claims are not touched.
    /// - Returns: how many ids were released.
    @discardableResult
    public func releaseClaims(of tenant: TenantID, accounts: some Sequence<String>) throws -> Int {
        let released = try transaction.executeBatch(
            "DELETE FROM routes WHERE tenant_id = ?1 AND account_id = ?2",
            accounts.map { [.id(tenant.raw), .text($0)] })
        try noteRoutesChanged()
        return released
    }
}
