internal import Storage

/// What is left of a deleted tenant, without its keys: rows to be destroyed, and the few that stay.
struct TenantRemains {
    let tenant: TenantID
    let transaction: any Transaction

    private var tenantValue: SQLValue { .id(tenant.raw) }

    var erasures: ErasureRows { ErasureRows(tenant: tenant, transaction: transaction) }

    /// What refers to something goes before it. The audit log and the receipts stay.
    static let tables = [
        "reply_parts", "replies", "messages", "threads", "conversations", "addresses", "patients", "events",
        "idempotency", "notifications", "connections",
    ]

    /// Empties the tenant's own row and closes every way in. From now on it is nobody's tenant, and its accounts are free.
    func bury(now: Timestamp) throws {
        let values: [SQLValue] = [tenantValue, .time(now)]
        try transaction.execute(
            """
            UPDATE tenants SET deleted_at = ?2, updated_at = ?2, revision = revision + 1, name = '', pending_flow = NULL,
                return_url = NULL, automation = 'paused', reply_rules = ?3
            WHERE id = ?1
            """, values + [.text(try JSONColumn.encode(ReplyRules(rules: [])))])
        try transaction.execute("UPDATE revisions SET revision = revision + 1 WHERE name = 'tenants'", [])
        try transaction.execute(
            "UPDATE api_keys SET revoked_at = ?2 WHERE tenant_id = ?1 AND revoked_at IS NULL", values)
        try transaction.execute(
            "UPDATE connect_links SET expires_at = ?2, return_url = NULL WHERE tenant_id = ?1 AND expires_at > ?2",
            values)
        try transaction.execute(
            """
            UPDATE oauth_attempts SET choices = NULL, expires_at = CASE WHEN expires_at < ?2 THEN expires_at ELSE ?2 END
            WHERE link_hash IN (SELECT token_hash FROM connect_links WHERE tenant_id = ?1)
            """, values)
    }

    /// Nothing of the tenant's is due any more.
    func stop(now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE events SET state = 'done', reason = 'erased', due_at = NULL, updated_at = ?2
            WHERE tenant_id = ?1 AND due_at IS NOT NULL
            """, [tenantValue, .time(now)])
        // What is on its way cannot be called back; nobody waits for it.
        try transaction.execute(
            """
            UPDATE replies SET state = 'cancelled', reason = 'requested', due_at = NULL, settled_at = ?2
            WHERE tenant_id = ?1 AND state IN ('composing', 'queued', 'sending', 'unknown', 'held')
            """, [tenantValue, .time(now)])
        try transaction.execute(
            """
            UPDATE connections SET state = 'disconnected', state_reason = 'requested', care_due_at = NULL, updated_at = ?2
            WHERE tenant_id = ?1
            """, [tenantValue, .time(now)])
        // Nobody is left to be told.
        try transaction.execute(
            "DELETE FROM notifications WHERE tenant_id = ?1 AND due_at IS NOT NULL", [tenantValue])
        try erasures.stopPatients()
    }

    /// Destroys the data key. What was sealed with it is noise from now on, in every backup from now on as well.
    func destroyKey() throws {
        // No key is one byte long: nothing can be mistaken for one.
        try transaction.execute(
            "UPDATE tenants SET key_id = '', wrapped_key = ?2 WHERE id = ?1", [tenantValue, .blob([0])])
        try transaction.execute(
            """
            UPDATE connections SET token = NULL, token_issued_at = NULL, token_expires_at = NULL, username = NULL,
                app_user_id = NULL
            WHERE tenant_id = ?1
            """, [tenantValue])
    }

    /// Deletes rows, so many at most.
    /// - Returns: how many of which table; nothing where none is left.
    func purge(limit: Int) throws -> (table: String, count: Int)? {
        for table in Self.tables {
            if table == "connections" { try forgetThreads() }
            let count = try transaction.execute(
                """
                DELETE FROM \(table) WHERE tenant_id = ?1 AND id IN (
                    SELECT id FROM \(table) WHERE tenant_id = ?1 ORDER BY id LIMIT ?2)
                """, [tenantValue, .count(limit)])
            if count > 0 { return (table, count) }
        }
        return nil
    }

    /// In which threads the tenant's accounts take part is known by digests; not of an account that is somebody's by now.
    private func forgetThreads() throws {
        try transaction.execute(
            """
            DELETE FROM account_threads WHERE account_id IN (
                SELECT instagram_page_id FROM connections WHERE tenant_id = ?1
            ) AND account_id NOT IN (SELECT account_id FROM routes)
            """, [tenantValue])
    }

    /// Deletes what the global tables hold of the tenant, but for its own row and its keys' records.
    func purgeGlobal() throws {
        try transaction.execute(
            """
            DELETE FROM oauth_attempts WHERE link_hash IN (
                SELECT token_hash FROM connect_links WHERE tenant_id = ?1)
            """, [tenantValue])
        try transaction.execute("DELETE FROM connect_links WHERE tenant_id = ?1", [tenantValue])
        try transaction.execute("DELETE FROM switches WHERE tenant_id = ?1", [tenantValue])
        try transaction.execute("UPDATE revisions SET revision = revision + 1 WHERE name = 'switches'", [])
    }
}

extension GlobalRows {
    /// Counts deleted tenants, whichever process deletes them: keys in memory are forgotten by it.
    public func tenantsRevision() throws -> Int64 {
        let found = try transaction.first("SELECT revision FROM revisions WHERE name = 'tenants'", [])
        guard var columns = found?.columns else { throw StorageError(.schema, "no revision of the tenants") }
        return try columns.integer()
    }
}
