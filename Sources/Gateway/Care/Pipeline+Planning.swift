internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// Checks that nobody has planned: of connections without a plan, and of all after a silence.
extension Pipeline {
    /// After a silence so many connections are planned to be checked at each sweep.
    private static let checksPerSweep = 1_000
    /// Between two looks for connections that have no plan, in seconds.
    private static let planningInterval = 600

    /// Connections that answer and have no plan: while their flow was not configured nobody could be asked for them.
    func planTheUnplanned(now: Timestamp) async throws {
        let isDue = nextPlanning.withLock { next in
            guard now >= next else { return false }
            next = now.adding(seconds: Self.planningInterval)
            return true
        }
        guard isDue else { return }
        let unplanned = try await store.readGlobal(.shardLoad) { try $0.connectionsWithoutPlan() }
        for connection in unplanned where integrations[connection.flow.rawValue] != nil {
            guard let hold = shards.hold(of: connection.tenantID) else { continue }
            try await alone(hold.tenant) {
                try await self.store.write(hold) { try $0.planAnew(connection.id, now: now) }
            }
        }
    }

    /// Whether Meta may have stopped telling of accounts. What one process notices holds for all.
    func listen(now: Timestamp) async throws {
        let (newest, asked) = try await store.readGlobal(.shardLoad) { rows in
            (try rows.newestEvent(), try rows.checksAskedSince())
        }
        let isDue = silence.withLock { $0.look(newest: newest, asked: asked, now: now, looked: .now) }
        if isDue { try await store.writeGlobal(.shardLoad) { try $0.askForChecks(since: now) } }
    }

    /// After a long silence everybody is checked, some at a time: each process plans its own.
    func checkAfterSilence(now: Timestamp) async throws {
        try await listen(now: now)
        guard let (since, last) = silence.withLock({ $0.next(at: now) }) else { return }
        let page = try await store.readGlobal(.shardLoad) {
            try $0.uncheckedConnections(since: since, after: last, limit: Self.checksPerSweep)
        }
        silence.withLock { $0.passed(page.count == Self.checksPerSweep ? page.last : nil, at: now) }
        var planned = 0
        for connection in page {
            guard let hold = shards.hold(of: connection.tenantID) else { continue }
            try await alone(hold.tenant) {
                try await self.store.write(hold) { try $0.checkNow(connection.id, unlessSince: since, now: now) }
                planned += 1
            }
        }
        guard planned > 0 else { return }
        logger.notice("after a long silence connections are checked", metadata: ["connections": "\(planned)"])
    }
}
