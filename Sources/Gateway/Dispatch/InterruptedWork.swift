internal import Storage
internal import Tenancy

/// What a process leaves half-done when it ends: whatever was `sending` may have gone out, and whoever was being looked up
/// is looked up anew.
struct InterruptedWork {
    let store: TenancyStore
    let clock: any WallClock

    /// - Parameter hold: the right to work for a tenant; `nil` leaves it alone.
    func putInOrder(_ hold: (TenantID) -> TenantHold?) async throws {
        let now = clock.now
        let readAt = now.adding(seconds: ReadBack.firstWait)
        let tenants = try await store.readGlobal(.shardLoad) { try $0.tenantsWithInterruptedWork(now: now) }
        for hold in tenants.compactMap(hold) {
            try await store.write(hold) { rows in
                try rows.rescueSends(now: now, readAt: readAt)
                try rows.rescueEvents(now: now)
            }
        }
    }
}
