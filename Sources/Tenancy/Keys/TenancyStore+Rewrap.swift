internal import Storage

extension TenancyStore {
    /// Wraps every tenant's key, the system tenant's included, under the newest key-encryption key. The tenants' own
    /// keys stay, so that nothing sealed changes, and this may run beside a running service whose processes all have the
    /// new key (``processesWithoutNewestKey()``). A key that was destroyed stays destroyed.
    /// - Parameters:
    ///   - author: who does it, for the system tenant's audit log: one entry for each hundred keys.
    ///   - now: becomes the tenants' time of change.
    /// - Returns: how many keys were wrapped anew.
    /// - Throws: ``KeyError/unknownKey(_:)`` when a key is wrapped under one that is no longer configured; those
    ///   before it stay rewrapped, and a second run goes on.
    public func rewrapKeys(by author: AuditAuthor = .service, now: Timestamp) async throws -> Int {
        let newest = keyRing.newestID
        var count = 0
        while true {
            let stale = try await engine.read(.global) { transaction in
                try transaction.query(
                    """
                    SELECT id, key_id, wrapped_key FROM tenants WHERE key_id <> ?1 AND key_id <> '' ORDER BY id LIMIT 100
                    """,
                    [.text(newest)])
            }
            if stale.isEmpty { return count }
            let rows = try stale.map { row -> [SQLValue] in
                var columns = row.columns
                let tenant = TenantID(try columns.id())
                let oldID = try columns.text()
                let secret = try keyRing.unwrap(try columns.blob(), id: oldID, for: tenant)
                let new = try keyRing.wrap(secret, for: tenant)
                return [.id(tenant.raw), .text(new.id), .blob(new.wrapped), .time(now), .text(oldID)]
            }
            count += try await writeGlobal { global in
                // The system tenant's row first, as whoever moves its events to another tenant takes them: two that lock in
                // different orders could wait for each other.
                _ = try global.transaction.locking(
                    "SELECT 1 FROM tenants t WHERE t.id = ?1", [.id(TenantID.system.raw)], "FOR NO KEY UPDATE OF t")
                // The old key's id guards against a second rotation at the same time.
                let changed = try global.transaction.executeBatch(
                    """
                    UPDATE tenants SET key_id = ?2, wrapped_key = ?3, updated_at = ?4 WHERE id = ?1 AND key_id = ?5
                    """, rows)
                guard changed > 0 else { return 0 }
                let note = AuditNote(.encryptionKeysRotate, newest, detail: ["data_keys": .count(changed)])
                try global.audit(note, of: .system, by: author, now: now)
                return changed
            }
        }
    }
}
