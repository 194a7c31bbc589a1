public import Storage

/// A shard's row.
public struct ShardRow: Sendable, Hashable {
    /// Which shard.
    public var shard: Shard
    /// The worker that owns it.
    public var owner: Identifier?
    /// Rises with every change of owner.
    public var epoch: Int64

    /// Memberwise.
    public init(shard: Shard, owner: Identifier?, epoch: Int64) {
        self.shard = shard
        self.owner = owner
        self.epoch = epoch
    }
}

/// Who shares the work at one moment.
public struct ShardMap: Sendable, Hashable {
    /// The workers whose lease has not ended, in the order of their ids.
    public var workers: [Identifier]
    /// Every shard.
    public var shards: [ShardRow]
}

/// Workers and shards. A lease belongs to the worker and an epoch to the shard, in two tables: renewing a lease never
/// waits for the transactions that hold a shard's row.
extension GlobalRows {
    /// Renews a worker's lease, and reads who else is there. The database's clock is the one clock for all.
    /// - Parameters:
    ///   - lease: milliseconds from now.
    public func renewLease(of worker: Identifier, lease: Int64) throws -> ShardMap {
        let now = try transaction.clock()
        let end = SQLValue.integer(now + lease)
        let renewed = try transaction.execute(
            "UPDATE workers SET lease_ends_at = ?2 WHERE id = ?1", [.id(worker), end])
        if renewed == 0 {
            try transaction.execute(
                "INSERT INTO workers (id, started_at, lease_ends_at) VALUES (?1, ?2, ?3)",
                [.id(worker), .integer(now), end])
        }
        let workers = try transaction.query(
            "SELECT id FROM workers WHERE lease_ends_at > ?1 ORDER BY id", [.integer(now)]
        ).map { row in
            var columns = row.columns
            return try columns.id()
        }
        return ShardMap(workers: workers, shards: try shards())
    }

    /// Every shard with its owner.
    public func shards() throws -> [ShardRow] {
        try transaction.query("SELECT number, owner, epoch FROM shards ORDER BY number", []).map { row in
            var columns = row.columns
            return ShardRow(
                shard: Shard(try columns.count()), owner: try columns.optionalID(), epoch: try columns.integer())
        }
    }

    /// Takes a shard for a worker whose lease lasts, if nobody owns it whose lease lasts. Waits for the transactions that
    /// hold its row.
    /// - Parameter row: as the caller has read it.
    /// - Returns: the new epoch; `nil` where it is not to be had.
    public func take(_ row: ShardRow, for worker: Identifier) throws -> Int64? {
        let now = SQLValue.integer(try transaction.clock())
        let changed = try transaction.execute(
            """
            UPDATE shards SET owner = ?2, epoch = epoch + 1 WHERE number = ?1 AND epoch = ?3
                AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = shards.owner AND w.lease_ends_at > ?4)
                AND EXISTS (SELECT 1 FROM workers w WHERE w.id = ?2 AND w.lease_ends_at > ?4)
            """,
            [.count(row.shard.number), .id(worker), .integer(row.epoch), now])
        return changed == 1 ? row.epoch + 1 : nil
    }

    /// Gives a shard to nobody, if it still is as the caller has read it. Waits likewise.
    public func free(_ row: ShardRow) throws {
        try transaction.execute(
            "UPDATE shards SET owner = NULL, epoch = epoch + 1 WHERE number = ?1 AND epoch = ?2",
            [.count(row.shard.number), .integer(row.epoch)])
    }

    /// Forgets workers whose lease ended long ago.
    /// - Parameter patience: milliseconds.
    public func forgetWorkers(patience: Int64) throws {
        let now = try transaction.clock()
        try transaction.execute("DELETE FROM workers WHERE lease_ends_at < ?1", [.integer(now - patience)])
    }

    /// Ends a worker's lease: it has given its shards away.
    public func endLease(of worker: Identifier) throws {
        try transaction.execute("DELETE FROM workers WHERE id = ?1", [.id(worker)])
    }
}

extension TenantRows {
    /// Transactions that change a tenant's rows follow each other, as all do on SQLite: what one of them has read is still
    /// so when it writes. With an epoch the tenant's shard also stays with its owner until the end, or the whole transaction
    /// is refused; the row is locked, since after a mere look a write could land when another worker has taken over.
    ///
    /// References to the tenant are not kept waiting: they lock its key alone.
    /// - Throws: ``ShardLost``; ``KeyError/noTenant`` when the tenant was deleted, whatever key the caller still holds.
    func enterAlone(epoch: Int64?) throws {
        guard let epoch else {
            let held = try transaction.locking(
                "SELECT 1 FROM tenants t WHERE t.id = ?1 AND t.deleted_at IS NULL", [tenantValue],
                "FOR NO KEY UPDATE OF t")
            guard !held.isEmpty else { throw KeyError.noTenant }
            return
        }
        let shard = Shard(of: tenant)
        let held = try transaction.locking(
            """
            SELECT 1 FROM tenants t, shards s
            WHERE t.id = ?1 AND t.deleted_at IS NULL AND s.number = ?2 AND s.epoch = ?3
            """,
            [tenantValue, .count(shard.number), .integer(epoch)], "FOR NO KEY UPDATE OF t FOR SHARE OF s")
        guard !held.isEmpty else {
            try requireTenant()
            throw ShardLost(shard: shard)
        }
    }

    /// Looks whether the tenant is there, and keeps nobody waiting.
    /// - Throws: ``KeyError/noTenant`` when it was deleted.
    func requireTenant() throws {
        let lives = try transaction.first(
            "SELECT 1 FROM tenants t WHERE t.id = ?1 AND t.deleted_at IS NULL", [tenantValue])
        if lives == nil { throw KeyError.noTenant }
    }
}
