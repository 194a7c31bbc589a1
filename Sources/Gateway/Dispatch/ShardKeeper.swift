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
    /// Who shares the work, and when that was read.
    private let map = Mutex<(ShardMap, ContinuousClock.Instant)?>(nil)

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
        let renewed = try await store.writeGlobal(.leases) { rows in
            try rows.renewLease(of: worker, lease: Int64(Self.lease / .milliseconds(1)))
        }
        table.renewed(until: began + Self.lease - Self.margin, epochs(of: renewed.shards))
        map.withLock { $0 = (renewed, began) }
    }

    private func epochs(of rows: [ShardRow]) -> [Shard: Int64] {
        Dictionary(uniqueKeysWithValues: rows.filter { $0.owner == worker }.map { ($0.shard, $0.epoch) })
    }

    /// Each shard by itself: one that cannot be had, or put in order, keeps no other from its work.
    func balance() async throws {
        // An old map, from before this process stood still, knows nothing of the others.
        guard table.isLeased, let (map, read) = map.withLock({ $0 }), read.duration(to: .now) < Self.interval * 2 else {
            return
        }
        let rows = try await store.writeGlobal(.leases) { try $0.shards() }
        let mine = rows.filter { $0.owner == worker }
        var taken = table.unused(epochs(of: mine)).map { ($0, $1) }

        let share = table.isClosing ? 0 : Self.share(of: worker, among: map.workers)
        let alive = Set(map.workers)
        let free = rows.filter { row in row.owner.map { !alive.contains($0) } ?? true }
        for row in free.shuffled().prefix(max(0, share - mine.count)) {
            let worker = worker
            do {
                let epoch = try await store.writeGlobal(.leases) { try $0.take(row, for: worker) }
                if let epoch { taken.append((row.shard, epoch)) }
            } catch {
                tell("a shard could not be taken", row.shard, error)
            }
        }
        await putInOrder(taken)

        table.leave(mine.map(\.shard).sorted().dropFirst(max(share, 0)))
        for shard in table.left() {
            guard let row = mine.first(where: { $0.shard == shard }) else { continue }
            table.remove(shard)
            do {
                try await store.writeGlobal(.leases) { try $0.free(row) }
            } catch {
                // It is still this worker's, and is used again.
                tell("a shard could not be given away", shard, error)
            }
        }
        try await store.writeGlobal(.leases) { try $0.forgetWorkers(patience: 60_000) }
    }

    private func tell(_ message: Logger.Message, _ shard: Shard, _ error: any Error) {
        logger.warning(message, metadata: ["shard": "\(shard)", "error": "\(LoggableError.describe(error))"])
    }

    /// How many shards a worker should have.
    static func share(of worker: Identifier, among workers: [Identifier]) -> Int {
        guard let position = workers.firstIndex(of: worker) else { return 0 }
        return Shard.count / workers.count + (position < Shard.count % workers.count ? 1 : 0)
    }

    /// What the last owners left half-done comes first; then the shards are in use. What cannot be put in order now is
    /// tried again with the next look.
    private func putInOrder(_ taken: [(shard: Shard, epoch: Int64)]) async {
        guard !taken.isEmpty else { return }
        let work = InterruptedWork(store: store, clock: clock, logger: logger)
        let tenants: [TenantID]
        do {
            tenants = try await work.tenants()
        } catch {
            logger.warning(
                "shards could not be put in order", metadata: ["error": "\(LoggableError.describe(error))"])
            return
        }
        for (shard, epoch) in taken {
            do {
                try await work.putInOrder(tenants) { tenant in
                    Shard(of: tenant) == shard ? TenantHold(tenant, epoch: epoch) : nil
                }
                table.add(shard, epoch: epoch)
                logger.notice("shard taken", metadata: ["shard": "\(shard)"])
                onTaken()
            } catch {
                tell("a shard could not be put in order", shard, error)
            }
        }
    }

    private func giveAllAway() async {
        let worker = worker
        do {
            try await store.writeGlobal(.leases) { rows in
                for row in try rows.shards() where row.owner == worker { try rows.free(row) }
                try rows.endLease(of: worker)
            }
        } catch {
            // They are free anyway when the lease ends.
            logger.warning("shards could not be given away", metadata: ["error": "\(LoggableError.describe(error))"])
        }
    }
}
