internal import Synchronization

/// Tenants' keys that were unwrapped, until one of them must not be used any more.
///
/// All are forgotten at once: a tenant is deleted seldom, and a key is unwrapped again in no time. The system tenant's
/// stays, which is never deleted.
final class KeyCache: Sendable {
    private struct State {
        var generation = 0
        var revision: Int64?
        var keys: [TenantID: TenantKeys] = [:]

        mutating func forget() {
            generation += 1
            keys = keys.filter { $0.key == .system }
        }
    }

    private let state = Mutex(State())

    func keys(of tenant: TenantID) -> TenantKeys? { state.withLock { $0.keys[tenant] } }

    /// Whoever reads a key asks before, and brings it along afterwards.
    var generation: Int { state.withLock { $0.generation } }

    /// - Parameter generation: of the moment at which reading began: what was read before the keys were forgotten may be
    ///   one of those that were meant.
    func add(_ keys: TenantKeys, of tenant: TenantID, read generation: Int) {
        state.withLock { if $0.generation == generation { $0.keys[tenant] = keys } }
    }

    func forget() { state.withLock { $0.forget() } }

    /// - Parameter revision: how many tenants were ever deleted.
    func forget(at revision: Int64) {
        state.withLock { state in
            if let known = state.revision, known != revision { state.forget() }
            state.revision = revision
        }
    }
}
