internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

extension Pipeline {
    /// Seconds between sweeps.
    static let sweepInterval = 15
    /// A send takes at most the transport's time-out; one that is `sending` for longer has lost its process's attention.
    static let stuckAfter = 120

    func dueSweeps(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        let now = clock.now
        let next = nextSweep.withLock { next -> Timestamp? in
            guard now >= next else { return next }
            next = now.adding(seconds: Self.sweepInterval)
            return nil
        }
        if let next { return WorkRound(work: [], nextDue: next) }
        return WorkRound(work: [Work(key: TenantID.system.raw) { await self.sweep() }], nextDue: nil)
    }

    private func sweep() async {
        do {
            let now = clock.now
            try await routes.reload()
            try await reloadSwitches()
            try await rescueStuckSends(now: now)
            try await drainPaused(now: now)
            try await planTheUnplanned(now: now)
            try await checkAfterSilence(now: now)
            try await OAuthAttempts(store).deleteExpired(now: now)
            try await ConnectLinks(store).deleteExpired(now: now)
            try await Sessions(store).deleteExpired(now: now)
            // Whoever works for the system tenant looks after what routed to nobody.
            if shards.hold(of: .system) != nil { try await adoptUnrouted() }
            try await measure(now: now)
            try await retention.slice(
                now: now, stepsBack: { arrivals.isHigh },
                tenants: { try await store.tenantIDs().filter { shards.hold(of: $0) != nil } }, write: age)
        } catch is CancellationError {
            return
        } catch {
            logger.error("sweep failed", metadata: ["error": "\(LoggableError.describe(error))"])
        }
        wake()
        wakeCares()
        wakeNotices()
        wakeErasures()
    }

    /// Accounts that are somebody's by now; far more may be nobody's for ever.
    private func adoptUnrouted() async throws {
        let limit = 1_000
        var accounts: [String] = []
        repeat {
            let last = accounts.last ?? ""
            accounts = try await store.read(.system) { try $0.unroutedAccounts(after: last, limit: limit) }
            for account in accounts {
                guard let owner = routes.tenant(of: account) else { continue }
                try await alone(owner) { try await self.adopt(account: account, for: owner) }
            }
        } while accounts.count == limit
    }

    /// Ages some rows of a tenant, as the owner of its shard.
    @Sendable private func age(_ tenant: TenantID, _ body: @escaping Retention.Body) async throws -> RetentionBatch {
        guard let hold = shards.hold(of: tenant) else { throw ShardLost(shard: Shard(of: tenant)) }
        return try await store.write(hold, body)
    }

    /// A send whose answer could not be written down is unknown.
    private func rescueStuckSends(now: Timestamp) async throws {
        let before = now.adding(seconds: -Self.stuckAfter)
        let readAt = now.adding(seconds: ReadBack.firstWait)
        let tenants = try await store.readGlobal(.shardLoad) { try $0.tenantsWithSends() }
        for hold in tenants.compactMap(shards.hold) {
            try await alone(hold.tenant) {
                try await self.store.write(hold) { try $0.rescueSends(before: before, now: now, readAt: readAt) }
            }
        }
    }

    /// A tenant with a fault of its own keeps the sweep from no other.
    func alone(_ tenant: TenantID, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error where error is CancellationError || error.blamesTheDatabase {
            throw error
        } catch {
            logger.error(
                "sweep left a tenant out",
                metadata: ["tenant_id": "\(tenant)", "error": "\(LoggableError.describe(error))"])
        }
    }

    /// Gauges that only the database can tell.
    private func measure(now: Timestamp) async throws {
        let overview = try await store.readGlobal(.operators) { try $0.overview(now: now) }
        for (reason, count) in overview.parked { metrics.parked(reason: reason, count: count) }
        metrics.connections(overview.connections)
        func age(_ moment: Timestamp?) -> Double {
            moment.map { max(0, Double(now.milliseconds - $0.milliseconds) / 1000) } ?? 0
        }
        metrics.queueOldest(stage: "process", seconds: age(overview.oldestEvent))
        metrics.queueOldest(stage: "send", seconds: age(overview.oldestReply))
        metrics.queueOldest(stage: "erase", seconds: age(overview.oldestErasure))
        metrics.tokenExpiryMinimum(
            seconds: overview.earliestTokenExpiry.map { Double($0.milliseconds - now.milliseconds) / 1000 })
    }
}
