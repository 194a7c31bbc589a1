internal import Storage
internal import Synchronization
internal import Tenancy

extension Pipeline {
    /// Takes up what somebody, in whichever process, has switched. What waited goes on.
    public func reloadSwitches() async throws {
        guard try await switches.reload() else { return }
        nextSweep.withLock { $0 = Timestamp(milliseconds: 0) }
        wakeSweeps()
        wake()
    }

    /// Puts back to work what was parked while processing was off. The sweep does it, and not whoever switches: a process
    /// that has not heard of it yet may park an event a moment later.
    func drainPaused(now: Timestamp) async throws {
        let tenants = try await store.readGlobal(.shardLoad) { try $0.tenantsWithPausedEvents() }
        for hold in tenants.compactMap(shards.hold) where switches.switches(for: hold.tenant).processing {
            try await alone(hold.tenant) {
                // Some at a time: a long pause leaves more than one transaction should hold.
                let limit = 1000
                var drained = limit
                while drained == limit {
                    drained = try await self.store.write(hold) {
                        try $0.drainParked([.processingPaused], limit: limit, now: now)
                    }
                }
            }
        }
    }
}
