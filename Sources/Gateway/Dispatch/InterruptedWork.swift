internal import Logging
internal import Storage
internal import Tenancy

/// What a process leaves half-done when it ends: whatever was `sending` may have gone out, and whoever was being looked up
/// is looked up anew.
struct InterruptedWork {
    let store: TenancyStore
    let clock: any WallClock
    let logger: Logger

    /// - Parameter hold: the right to work for a tenant; `nil` leaves it alone.
    /// - Throws: ``ShardLost``, or what the database says. A tenant that has a fault of its own is left out: the sweep
    ///   comes back to it, and the others do not wait.
    func putInOrder(_ hold: (TenantID) -> TenantHold?) async throws {
        try await putInOrder(try await tenants(), hold)
    }

    /// Whose work was left in the middle. Asked once for all shards that are taken, since waiting work is looked through.
    func tenants() async throws -> [TenantID] {
        let now = clock.now
        return try await store.readGlobal(.shardLoad) { try $0.tenantsWithInterruptedWork(now: now) }
    }

    /// - Parameter tenants: of ``tenants()``, asked after the last owner could write nothing more.
    func putInOrder(_ tenants: [TenantID], _ hold: (TenantID) -> TenantHold?) async throws {
        let now = clock.now
        let readAt = now.adding(seconds: ReadBack.firstWait)
        for hold in tenants.compactMap(hold) {
            do {
                try await store.write(hold) { rows in
                    try rows.rescueSends(now: now, readAt: readAt)
                    try rows.rescueEvents(now: now)
                }
            } catch let error where error is ShardLost || error is CancellationError || error.blamesTheDatabase {
                throw error
            } catch {
                logger.error(
                    "interrupted work of a tenant could not be taken up",
                    metadata: ["tenant_id": "\(hold.tenant)", "error": "\(LoggableError.describe(error))"])
            }
        }
    }
}

extension Error {
    /// The database cannot be used now, whatever is asked of it: what was tried stays as it is and is tried again.
    var blamesTheDatabase: Bool {
        guard let error = self as? StorageError else { return false }
        return [.unavailable, .busy, .input].contains(error.kind)
    }
}
