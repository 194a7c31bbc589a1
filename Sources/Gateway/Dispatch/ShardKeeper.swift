internal import Logging
internal import ServiceLifecycle
internal import Storage
internal import Synchronization
internal import Tenancy

/// Keeps this worker's lease, takes its fair share of the shards, and gives away what others lack.
///
/// A worker that dies or stands still stops renewing its lease; the others then share what it had. What it left on its way
/// to Meta is of unknown outcome for the new owner.
final class ShardKeeper: Service {
    /// How long a worker owns its shards without a sign of life. Longer than a database lets a transaction stand idle, so
    /// that one that stands still holds no row any more when its shards are taken.
    static let lease = Duration.seconds(6)
    /// Between two signs of life, and between two looks at who has what.
    static let interval = Duration.seconds(1)
    /// The local lease ends earlier than the one in the database.
    private static let margin = Duration.milliseconds(500)

    private let store: TenancyStore
    private let table: ShardTable
    private let clock: any WallClock
    private let logger: Logger
    private let onTaken: @Sendable () -> Void
    private let worker: Identifier
    private let map = Mutex<ShardMap?>(nil)

    /// - Parameter onTaken: there may be work now that was another's.
    init(
        store: TenancyStore, table: ShardTable, clock: any WallClock, logger: Logger,
        onTaken: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.table = table
        self.clock = clock
        self.logger = logger
        self.onTaken = onTaken
        worker = store.makeID(now: clock.now, of: ShardKeeper.self).raw
    }

    /// Runs until graceful shutdown, when the pipeline has ended what it had begun; then the shards are free for others.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.repeatedly("cannot renew the lease", self.renew) }
                group.addTask { await self.repeatedly("cannot look after the shards", self.balance) }
            }
        }
        await giveAllAway()
    }

    private func repeatedly(_ failure: Logger.Message, _ step: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await step()
            } catch {
                if Task.isCancelled { return }
                logger.error(failure, metadata: ["error": "\(LoggableError.describe(error))"])
            }
            // Cancelled: the loop ends.
            try? await Task.sleep(for: Self.interval)
        }
    }

    func renew() async throws {
        let worker = worker
        let began = ContinuousClock.now
        let renewed = try await store.writeGlobal { rows in
            try rows.renewLease(of: worker, lease: Int64(Self.lease / .milliseconds(1)))
        }
        table.renewed(until: began + Self.lease - Self.margin)
        map.withLock { $0 = renewed }
    }

    func balance() async throws {
        guard let map = map.withLock({ $0 }) else { return }
        let rows = try await store.readGlobal { try $0.shards() }
        let mine = rows.filter { $0.owner == worker }
        let fresh = table.keep(Dictionary(uniqueKeysWithValues: mine.map { ($0.shard, $0.epoch) }))
        try await putInOrder(fresh)

        let share = Self.share(of: worker, among: map.workers)
        let alive = Set(map.workers)
        let free = rows.filter { row in row.owner.map { !alive.contains($0) } ?? true }
        var taken: [Shard: Int64] = [:]
        for row in free.shuffled().prefix(max(0, share - mine.count)) {
            taken[row.shard] = try await give(row, to: worker)
        }
        try await putInOrder(taken)

        table.leave(mine.map(\.shard).sorted().dropFirst(max(share, 0)))
        for shard in table.left() {
            guard let row = mine.first(where: { $0.shard == shard }) else { continue }
            table.remove(shard)
            _ = try await give(row, to: nil)
        }
    }

    /// How many shards a worker should have.
    static func share(of worker: Identifier, among workers: [Identifier]) -> Int {
        guard let position = workers.firstIndex(of: worker) else { return 0 }
        return Shard.count / workers.count + (position < Shard.count % workers.count ? 1 : 0)
    }

    private func give(_ row: ShardRow, to worker: Identifier?) async throws -> Int64? {
        try await store.writeGlobal { try $0.give(row, to: worker) }
    }

    /// What the last owners left half-done comes first; then the shards are in use.
    private func putInOrder(_ shards: [Shard: Int64]) async throws {
        guard !shards.isEmpty else { return }
        try await InterruptedWork(store: store, clock: clock).putInOrder { tenant in
            shards[Shard(of: tenant)].map { TenantHold(tenant, epoch: $0) }
        }
        for (shard, epoch) in shards { table.add(shard, epoch: epoch) }
        logger.notice("shards taken", metadata: ["shards": .array(shards.keys.sorted().map { "\($0)" })])
        onTaken()
    }

    private func giveAllAway() async {
        let worker = worker
        do {
            try await store.writeGlobal { rows in
                for row in try rows.shards() where row.owner == worker { _ = try rows.give(row, to: nil) }
                try rows.endLease(of: worker)
            }
        } catch {
            // They are free anyway when the lease ends.
            logger.warning("shards could not be given away", metadata: ["error": "\(LoggableError.describe(error))"])
        }
    }
}
