internal import Storage
internal import Synchronization
internal import Tenancy

/// The shards that this process owns, as far as it knows.
///
/// What is written down is guarded by the epoch in the database; this table says what to begin, and, by the lease, what
/// may still leave for Meta: once the lease has ended another worker may be at it.
public final class ShardTable: Sendable {
    private struct State {
        var epochs: [Shard: Int64] = [:]
        /// Given away as soon as nothing of them runs any more, or when it has taken too long.
        var leaving: [Shard: ContinuousClock.Instant] = [:]
        var running: [Shard: Int] = [:]
        var isClosing = false
        /// By a clock that goes on while the machine sleeps.
        var leaseEnds = ContinuousClock.now
    }

    /// Whether this process shares its database with others.
    let isShared: Bool
    private let state = Mutex(State())

    /// - Parameter isShared: `false` where the process is alone on its database, which a lock file sees to: then all shards
    ///   are its own, without lease and epoch.
    public init(isShared: Bool) {
        self.isShared = isShared
    }

    /// The right to begin work of a tenant; `nil` where it is another worker's, or may be.
    func hold(of tenant: TenantID) -> TenantHold? {
        guard isShared else { return TenantHold(tenant, epoch: nil) }
        let shard = Shard(of: tenant)
        return state.withLock { state in
            guard let epoch = state.epochs[shard], state.leaving[shard] == nil, .now < state.leaseEnds else {
                return nil
            }
            return TenantHold(tenant, epoch: FaultSwitch.isOn("no_epoch_check") ? nil : epoch)
        }
    }

    /// Whether work that was begun may go on.
    func isHeld(_ hold: TenantHold) -> Bool {
        guard isShared, hold.epoch != nil else { return true }
        return state.withLock { state in
            state.epochs[Shard(of: hold.tenant)] == hold.epoch && .now < state.leaseEnds
        }
    }

    /// Runs work of a tenant; its shard is not given away meanwhile.
    func run(_ hold: TenantHold, _ body: () async -> Void) async {
        guard isShared else { return await body() }
        let shard = Shard(of: hold.tenant)
        state.withLock { $0.running[shard, default: 0] += 1 }
        await body()
        state.withLock { $0.running[shard, default: 1] -= 1 }
    }

    // MARK: For the keeper

    /// The lease is renewed, and what the database gives to others now is forgotten, both at one moment: a lease must not
    /// bring a shard back that was lost meanwhile.
    /// - Parameter epochs: of the shards that are this worker's in the database.
    func renewed(until end: ContinuousClock.Instant, _ epochs: [Shard: Int64]) {
        state.withLock { state in
            state.epochs = state.epochs.filter { epochs[$0.key] == $0.value }
            state.leaving = state.leaving.filter { state.epochs[$0.key] != nil }
            state.leaseEnds = end
        }
    }

    /// Whether the lease lasts.
    var isLeased: Bool { state.withLock { .now < $0.leaseEnds } }

    /// Those of the shards that are not yet in use here.
    func unused(_ epochs: [Shard: Int64]) -> [Shard: Int64] {
        state.withLock { state in epochs.filter { state.epochs[$0.key] != $0.value } }
    }

    /// A transaction was refused: the shard is another's.
    func lost(_ hold: TenantHold) {
        let shard = Shard(of: hold.tenant)
        state.withLock { state in
            if state.epochs[shard] == hold.epoch { state.epochs[shard] = nil }
        }
    }

    /// A shard is in use from now on: what its last owner left half-done has been put in order.
    func add(_ shard: Shard, epoch: Int64) {
        state.withLock { $0.epochs[shard] = epoch }
    }

    func leave(_ shards: some Sequence<Shard>) {
        state.withLock { state in
            for shard in shards where state.epochs[shard] != nil && state.leaving[shard] == nil {
                state.leaving[shard] = .now
            }
        }
    }

    /// The process stops: nothing new is begun, and what stands still is free for others while the rest drains.
    func leaveAll() {
        leave(Shard.all)
        state.withLock { $0.isClosing = true }
    }

    /// Whether nothing more is to be taken.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Those to be given away of which nothing runs any more, or which wait for that too long already: a send that hangs is
    /// fenced by the epoch, and the next owner reads back what became of it.
    func left() -> [Shard] {
        state.withLock { state in
            state.leaving.filter { shard, since in
                state.running[shard, default: 0] == 0 || since.duration(to: .now) > Self.patience
            }.keys.sorted()
        }
    }

    private static let patience = Duration.seconds(3)

    func remove(_ shard: Shard) {
        state.withLock { state in
            state.epochs[shard] = nil
            state.leaving[shard] = nil
        }
    }
}
