internal import Storage

/// What a chain that holds looks like.
public struct AuditVerdict: Sendable, Hashable {
    /// How many entries are kept.
    public var kept: Int
    /// Sequence number of the last one: how many were ever written.
    public var count: Int64
    /// Digest of the last one. Whoever keeps it elsewhere finds out about a chain that was made anew as a whole.
    public var head: [UInt8]
}

extension TenancyStore {
    /// Walks a tenant's audit log from its beginning to its end. The service may write, and age it, meanwhile. No key of the
    /// tenant's is needed.
    /// - Parameters:
    ///   - tenant: also the system tenant.
    ///   - page: entries that are read at once.
    /// - Throws: ``AuditBreak`` at the first place where it does not hold; ``KeyError/noTenant``; ``StorageError``.
    public func verifyAudit(of tenant: TenantID, page: Int = 500) async throws -> AuditVerdict {
        var walk: AuditWalk?
        while true {
            let next = walk?.next
            // Bounds and entries of one snapshot: neither has an entry that the other lacks.
            let found = try await engine.read(.tenant(tenant.raw)) { transaction -> (AuditBounds, [AuditEntry])? in
                let rows = AuditRows(tenant: tenant, transaction: transaction)
                guard let bounds = try rows.bounds() else { return nil }
                // What lies before the beginning is found as well.
                return (bounds, try rows.entries(from: next ?? .min, limit: page))
            }
            guard let (bounds, entries) = found else { throw KeyError.noTenant }
            var current = walk ?? AuditWalk(bounds)
            // Age has overtaken the walk: what it took was looked at then, and the rest begins behind it.
            if bounds.first > current.next {
                walk = AuditWalk(bounds)
                continue
            }
            for entry in entries { try current.take(entry) }
            guard entries.count == page else {
                try current.finish(bounds)
                return AuditVerdict(
                    kept: Int(bounds.count - bounds.first + 1), count: bounds.count, head: bounds.head)
            }
            walk = current
        }
    }
}
