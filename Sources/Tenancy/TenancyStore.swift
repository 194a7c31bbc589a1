internal import Cryptography
public import Storage

/// Who is who and what was said: the one way to the rows.
///
/// Tenant rows are reached only through ``TenantRows``, which carries the tenant and its keys, so that no query can
/// forget either.
public final class TenancyStore: Sendable {
    /// The database.
    public let engine: any Engine
    let keyRing: KeyRing
    /// Whether notices are written: somebody is there to be told.
    public let tellsOwners: Bool
    private let onReplies: @Sendable ([ReplyTransition]) -> Void
    private let identifiers = IdentifierSource()
    private let cache = KeyCache()
    private let turns = TenantTurns()

    /// - Parameters:
    ///   - engine: migrated.
    ///   - keyRing: the key-encryption keys.
    ///   - tellsOwners: whether changes that owners should know of leave a ``Notice``.
    ///   - onReplies: hears of every reply that came into another state, after the commit.
    public init(
        engine: any Engine, keyRing: KeyRing, tellsOwners: Bool = false,
        onReplies: @escaping @Sendable ([ReplyTransition]) -> Void = { _ in }
    ) {
        self.engine = engine
        self.keyRing = keyRing
        self.tellsOwners = tellsOwners
        self.onReplies = onReplies
    }

    /// Whether the engine lets no two write transactions run at the same time.
    private var hasOneWriter: Bool { engine.dialect == .sqlite }

    /// A new id, greater than every one given before.
    public func makeID<Entity>(now: Timestamp, of: Entity.Type = Entity.self) -> TypedID<Entity> {
        TypedID(identifiers.make(now: now.milliseconds))
    }

    /// Reads one tenant's rows.
    /// - Throws: ``KeyError/noTenant`` when there is no such tenant; ``StorageError``.
    public func read<Value: Sendable>(
        _ tenant: TenantID, _ body: @escaping @Sendable (TenantRows) throws -> Value
    ) async throws -> Value {
        let keys = try await keys(of: tenant)
        return try await engine.read(.tenant(tenant.raw)) { [identifiers] transaction in
            try body(
                TenantRows(tenant: tenant, keys: keys, transaction: transaction, identifiers: identifiers))
        }
    }

    /// Changes one tenant's rows in one transaction.
    @discardableResult
    public func write<Value: Sendable>(
        _ tenant: TenantID, _ body: @escaping @Sendable (TenantRows) throws -> Value
    ) async throws -> Value {
        try await write(TenantHold(tenant, epoch: nil), body)
    }

    /// Changes one tenant's rows as the owner of its shard; somebody else's epoch refuses the whole transaction.
    /// - Throws: also ``ShardLost``.
    @discardableResult
    public func write<Value: Sendable>(
        _ hold: TenantHold, _ body: @escaping @Sendable (TenantRows) throws -> Value
    ) async throws -> Value {
        let tenant = hold.tenant
        let keys = try await keys(of: tenant)
        let isAlone = hasOneWriter
        let transact = { [identifiers] in
            try await self.engine.write(.tenant(tenant.raw)) { transaction in
                var rows = TenantRows(tenant: tenant, keys: keys, transaction: transaction, identifiers: identifiers)
                rows.tellsOwners = self.tellsOwners
                // Also where nobody else writes: the tenant may have been deleted since its keys were read.
                try rows.enterAlone(epoch: hold.epoch)
                return (try body(rows), rows.transitions.all)
            }
        }
        let (value, moved) = isAlone ? try await transact() : try await turns.take(tenant, transact)
        if !moved.isEmpty { onReplies(moved) }
        return value
    }

    /// Reads the small global tables.
    public func readGlobal<Value: Sendable>(
        _ scope: Scope = .global, _ body: @escaping @Sendable (GlobalRows) throws -> Value
    ) async throws -> Value {
        try await engine.read(scope) { [identifiers] transaction in
            try body(GlobalRows(transaction: transaction, hasOneWriter: true, identifiers: identifiers))
        }
    }

    /// Changes the small global tables.
    @discardableResult
    public func writeGlobal<Value: Sendable>(
        _ scope: Scope = .global, _ body: @escaping @Sendable (GlobalRows) throws -> Value
    ) async throws -> Value {
        let isAlone = hasOneWriter
        let (value, moved) = try await engine.write(scope) { [identifiers] transaction in
            var rows = GlobalRows(transaction: transaction, hasOneWriter: isAlone, identifiers: identifiers)
            rows.tellsOwners = self.tellsOwners
            return (try body(rows), rows.transitions.all)
        }
        if !moved.isEmpty { onReplies(moved) }
        return value
    }

    /// A tenant's keys, if they are in memory.
    public func knownKeys(of tenant: TenantID) -> TenantKeys? { cache.keys(of: tenant) }

    /// A tenant's keys, unwrapped once and kept in memory until some tenant is deleted.
    /// - Throws: ``KeyError/noTenant`` when there is no such tenant, or it was deleted.
    public func keys(of tenant: TenantID) async throws -> TenantKeys {
        if let known = knownKeys(of: tenant) { return known }
        let generation = cache.generation
        let keys = try await unwrappedKeys(of: tenant, "AND deleted_at IS NULL")
        cache.add(keys, of: tenant, read: generation)
        return keys
    }

    /// Keys of a tenant that is being deleted, as long as they are not destroyed: for ending what it has at Meta. They are
    /// not kept.
    func lastKeys(of tenant: TenantID) async throws -> TenantKeys {
        try await unwrappedKeys(of: tenant, "AND key_id <> ''")
    }

    private func unwrappedKeys(of tenant: TenantID, _ condition: String) async throws -> TenantKeys {
        let wrapped = try await engine.read(.global) { transaction -> (String, [UInt8])? in
            guard
                let row = try transaction.first(
                    "SELECT key_id, wrapped_key FROM tenants WHERE id = ?1 \(condition)", [.id(tenant.raw)])
            else { return nil }
            var columns = row.columns
            return (try columns.text(), try columns.blob())
        }
        guard let (id, bytes) = wrapped else { throw KeyError.noTenant }
        return try TenantKeys(tenant: tenant, secret: try keyRing.unwrap(bytes, id: id, for: tenant))
    }

    /// Forgets every key in memory, so that none of a deleted tenant's is used again.
    public func forgetKeys() { cache.forget() }

    /// The same where some process has deleted a tenant since this was last asked.
    /// - Parameter revision: ``GlobalRows/tenantsRevision()``.
    public func forgetKeys(at revision: Int64) { cache.forget(at: revision) }

    /// Loads the keys of several tenants at once: a list across tenants would else ask for one after the other. A tenant
    /// without keys is left out.
    func remember(keysOf tenants: Set<TenantID>) async throws {
        let missing = tenants.filter { knownKeys(of: $0) == nil }.sorted()
        guard !missing.isEmpty else { return }
        let generation = cache.generation
        let wrapped = try await engine.read(.global) { try Self.wrappedKeys(of: missing, in: $0) }
        for (tenant, id, bytes) in wrapped {
            let keys = try TenantKeys(tenant: tenant, secret: try keyRing.unwrap(bytes, id: id, for: tenant))
            cache.add(keys, of: tenant, read: generation)
        }
    }

    private static func wrappedKeys(
        of tenants: [TenantID], in transaction: any Transaction
    ) throws -> [(TenantID, String, [UInt8])] {
        // Always as many, so that it is one statement: the last one is asked for again and again.
        let count = 50
        let sql = """
            SELECT id, key_id, wrapped_key FROM tenants
            WHERE id IN (\((1...count).map { "?\($0)" }.joined(separator: ", ")))
                AND deleted_at IS NULL
            """
        return try stride(from: 0, to: tenants.count, by: count).flatMap { start -> [(TenantID, String, [UInt8])] in
            let values = (start..<start + count).map { SQLValue.id(tenants[min($0, tenants.count - 1)].raw) }
            return try transaction.query(sql, values).map { row in
                var columns = row.columns
                return (TenantID(try columns.id()), try columns.text(), try columns.blob())
            }
        }
    }

    /// A fresh tenant key, wrapped under the newest key-encryption key.
    func makeWrappedKey(for tenant: TenantID) throws -> (id: String, wrapped: [UInt8]) {
        try keyRing.wrap(RandomBytes.make(TenantKeys.secretCount), for: tenant)
    }
}

/// One tenant's rows within one transaction. Every query of its extensions names the tenant.
public struct TenantRows {
    /// Whose rows.
    public let tenant: TenantID
    /// The tenant's keys.
    public let keys: TenantKeys
    let transaction: any Transaction
    let identifiers: IdentifierSource
    var transitions = ReplyTransitions()
    /// Whether notices are written.
    var tellsOwners = false

    var tenantValue: SQLValue { .id(tenant.raw) }
}

/// The global tables within one transaction: tenants, routes, links, keys. Nothing in them is a patient's.
public struct GlobalRows {
    let transaction: any Transaction
    /// Nobody else writes meanwhile, or nothing is written.
    let hasOneWriter: Bool
    let identifiers: IdentifierSource
    let transitions = ReplyTransitions()
    /// Whether notices are written.
    var tellsOwners = false

    /// The same transaction, seen as one tenant's.
    /// - Parameter keys: of that tenant.
    /// - Throws: ``KeyError/noTenant`` when it was deleted.
    public func rows(of tenant: TenantID, keys: TenantKeys) throws -> TenantRows {
        try transaction.enter(.tenant(tenant.raw))
        let rows = TenantRows(
            tenant: tenant, keys: keys, transaction: transaction, identifiers: identifiers, transitions: transitions,
            tellsOwners: tellsOwners)
        if hasOneWriter { try rows.requireTenant() } else { try rows.enterAlone(epoch: nil) }
        return rows
    }
}
