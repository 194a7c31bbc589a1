internal import Synchronization
internal import Tenancy

/// Which switches are on, kept in memory: every event and every reply asks.
final class SwitchTable: Sendable {
    private struct State {
        /// Which read it comes from.
        var read = 0
        var revision: Int64 = -1
        var switches: [TenantID: Switches] = [:]
    }

    private let store: TenancyStore
    private let state = Mutex(State())
    private let reads = Atomic(0)

    /// Everything is on until ``reload()``.
    init(store: TenancyStore) {
        self.store = store
    }

    /// Reads all switches anew where somebody has changed them.
    /// - Returns: whether somebody had.
    func reload() async throws -> Bool {
        let known = state.withLock { $0.revision }
        let read = reads.add(1, ordering: .relaxed).newValue
        let fresh = try await store.readGlobal { rows -> State? in
            let revision = try rows.switchesRevision()
            return revision == known ? nil : State(read: read, revision: revision, switches: try rows.switches())
        }
        guard let fresh else { return false }
        // Of two that read at the same time the older one may come last.
        state.withLock { if fresh.read > $0.read { $0 = fresh } }
        return true
    }

    /// Whether sending is switched off for some tenant.
    var isSendingOffForSome: Bool {
        state.withLock { state in state.switches.contains { $0.key != .system && !$0.value.sending } }
    }

    /// What both the service and the tenant allow.
    func switches(for tenant: TenantID) -> Switches {
        state.withLock { state in
            let service = state.switches[.system] ?? Switches()
            return state.switches[tenant].map(service.and) ?? service
        }
    }
}
