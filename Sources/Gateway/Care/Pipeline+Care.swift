internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// Connections are looked after by whoever owns their tenant's shard: one worker renews a token, and a stale one's late
/// result touches no row.
extension Pipeline {
    /// How many due connections one look reads; those of other workers are among them.
    private static let dueLimit = 10_000
    /// A connection that could not be looked after for a reason of our own is left alone for so long, in seconds.
    private static let rest = 60

    func dueCare(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        let now = clock.now
        let (due, next) = try await store.readGlobal(.shardLoad) { rows in
            (try rows.dueConnections(now: now, limit: Self.dueLimit), try rows.nextDueConnection(after: now))
        }
        let resting = careRests.withLock { rests in
            rests = rests.filter { $0.value > now }
            return rests
        }
        var work: [Work] = []
        for connection in due where work.count < room {
            guard !running.contains(connection.id.raw), resting[connection.id] == nil,
                let hold = shards.hold(of: connection.tenantID)
            else { continue }
            work.append(self.work(connection.id.raw, hold) { await self.care(for: connection.id, hold) })
        }
        return WorkRound(work: work, nextDue: (resting.values + [next].compactMap(\.self)).min())
    }

    private func care(for id: ConnectionID, _ hold: TenantHold) async {
        do {
            try await visit(id, hold)
            wakeNotices()
        } catch let error where error is CancellationError || error is ShardLost {
            if error is ShardLost { shards.lost(hold) }
        } catch {
            logger.error(
                "connection could not be looked after",
                metadata: ["tenant_id": "\(hold.tenant)", "error": "\(LoggableError.describe(error))"])
            let until = clock.now.adding(seconds: Self.rest)
            careRests.withLock { $0[id] = until }
        }
    }

    private func visit(_ id: ConnectionID, _ hold: TenantHold) async throws {
        let now = clock.now
        let found = try await store.read(hold.tenant) { rows -> (Connection, CarePlan)? in
            guard let connection = try rows.connection(id), let plan = try rows.carePlan(of: id) else { return nil }
            return (connection, plan)
        }
        guard let (connection, plan) = found, plan.dueAt.map({ $0 <= now }) ?? false else { return }
        let integration = integrations[connection.flow.rawValue]
        var care = ConnectionCare(
            connection: connection, plan: plan, lifetime: integration?.tokenLifetime, plannedCheck: plan.checkAt,
            isOn: integration != nil)
        guard let integration, let access = AccountAccess(connection),
            care.wantsCheck(at: now) || care.wantsRefresh(at: now)
        else { return try await write(care, hold, attempts: plan.attempts) }
        if let silence = silence(of: connection, now: now) {
            return try await write(care, hold, attempts: plan.attempts, silentUntil: silence)
        }
        if care.wantsCheck(at: now) {
            let check = DailyCheck(
                integration: integration, ownIDs: connection.ownIDs, isInDoubt: connection.reason == .scopesMissing,
                subscribesAnew: plan.checkAt != nil)
            switch await check.run(access, budget: budget) {
            case .seen(let finding):
                if finding.access == .appMayNot { reportRefusedApp(connection.flow) }
                let isRefused = finding.fault == .scopesMissing
                await observe(isRefused ? .fault : .worked, at: .question, of: connection, now: clock.now)
                // Of many at once it is not believed.
                if isRefused, isMetaFailing(connection) {
                    care.plan.checkAt = now.adding(seconds: ConnectionCare.checkAgain)
                    return try await write(care, hold, attempts: plan.attempts, silentUntil: care.plan.checkAt)
                }
                (care.plan.checkedAt, care.plan.checkAt) = (clock.now, nil)
                try await note(finding, care, hold)
            case .dead(let error): return try await bury(care, error, hold, isRefresh: false)
            case .failed(let error):
                care.plan.checkAt = now.adding(seconds: ConnectionCare.checkAgain)
                await hear(error, care, hold)
                report("connection could not be checked", care, error)
                // A renewal does not wait for a check that fails again and again.
                guard care.wantsRefresh(at: now), error.pause == nil, !isMetaFailing(connection) else {
                    return try await write(
                        care, hold, attempts: plan.attempts,
                        silentUntil: clock.now.adding(seconds: ConnectionCare.checkAgain))
                }
            }
        }
        guard care.wantsRefresh(at: now) else { return try await write(care, hold, attempts: plan.attempts) }
        switch await TokenRefresh(integration: integration).run(access, ownIDs: connection.ownIDs) {
        case .renewed(let token): try await keep(token, care, askedAt: now, hold)
        case .dead(let error): try await bury(care, error, hold)
        case .failed(let error): try await tryLater(care, error, hold)
        case .foreign:
            report("a renewed token belongs to another account and was not taken", care)
            metrics.tokenRefresh(outcome: "foreign")
            try await write(
                care, hold, attempts: plan.attempts + 1,
                retryAt: ConnectionCare.retry(after: plan.attempts + 1, nil, now: clock.now))
        }
    }

    /// Until when Meta is not asked: it has asked for silence, or it fails for many at once. Then one question is let
    /// through from time to time.
    private func silence(of connection: Connection, now: Timestamp) -> Timestamp? {
        if let paused = pausedUntil(connection) { return paused }
        guard let app = app(of: connection.flow), !breakers.admits(.question, of: app, at: now) else { return nil }
        // Each at a moment of its own: all of them are due by and by while it lasts.
        return now.adding(seconds: FaultBreaker.pause).adding(milliseconds: Int64(connection.id.raw.low % 300_000))
    }

    private func keep(_ token: AccessToken, _ care: ConnectionCare, askedAt: Timestamp, _ hold: TenantHold) async throws
    {
        let id = care.connection.id
        let end = token.expiresIn.map { askedAt.adding(seconds: $0) }
        await observe(.worked, at: .question, of: care.connection, now: clock.now)
        let isKept = try await store.write(hold) { rows -> Bool in
            // Whoever has connected anew, or ended it, meanwhile is right.
            guard let current = try rows.connection(id), current.token == care.connection.token,
                try rows.storeToken(id, token.value, issuedAt: askedAt, expiresAt: end)
            else { return false }
            if current.state == .degraded, current.reason == .tokenExpiring {
                try rows.setState(of: id, to: .active, reason: nil, now: askedAt)
            }
            guard let renewed = try rows.connection(id) else { return false }
            var next = ConnectionCare(
                connection: renewed,
                plan: CarePlan(
                    dueAt: nil, checkedAt: care.plan.checkedAt, checkAt: try care.checkAt(beside: rows.carePlan(of: id))
                ),
                lifetime: care.lifetime)
            next.plan.dueAt = next.nextVisit(after: askedAt)
            try rows.setCarePlan(of: id, next.plan)
            return true
        }
        metrics.tokenRefresh(outcome: isKept ? "renewed" : "superseded")
        guard isKept else { return }
        logger.info(
            "token renewed",
            metadata: [
                "tenant_id": "\(hold.tenant)", "instagram_page_id": "\(care.connection.instagramPageID)",
                "expires_at": "\(end?.rfc3339 ?? "never")",
            ])
    }

    /// Meta calls the token dead. Believed of one, not of many at once; of one that has ended by its age in any case but
    /// while Meta is known to fail.
    private func bury(
        _ care: ConnectionCare, _ error: GraphError, _ hold: TenantHold, isRefresh: Bool = true
    ) async throws {
        let now = clock.now
        let hasEnded = care.hasEnded(at: now)
        if !hasEnded { await observe(.fault, at: .question, of: care.connection, now: now) }
        guard !isMetaFailing(care.connection) else {
            if isRefresh { metrics.tokenRefresh(outcome: "postponed") }
            return try await write(
                care, hold, attempts: care.plan.attempts, silentUntil: now.adding(seconds: 2 * FaultBreaker.pause))
        }
        let id = care.connection.id
        let isDead = try await store.write(hold) { rows -> Bool in
            guard try rows.connection(id)?.token == care.connection.token,
                try rows.setState(of: id, to: .reconnectRequired, reason: .tokenDead, now: now)
            else { return false }
            var plan = care.plan
            plan.dueAt = nil
            try rows.setCarePlan(of: id, plan)
            return true
        }
        if isRefresh { metrics.tokenRefresh(outcome: isDead ? "dead" : "superseded") }
        guard isDead else { return }
        report("the token is dead: the doctor has to connect again", care, error)
        // Should it turn out within the minute that many die at once, it comes back.
        if !hasEnded, let app = app(of: care.connection.flow) {
            await remember(
                HastyVerdict(tenant: hold.tenant, connection: id, app: app, reason: .tokenDead, at: now))
        }
    }

    private func tryLater(_ care: ConnectionCare, _ error: GraphError, _ hold: TenantHold) async throws {
        let now = clock.now
        await hear(error, care, hold)
        metrics.tokenRefresh(outcome: "failed")
        report("token could not be renewed", care, error)
        let attempts = care.plan.attempts + 1
        try await write(
            care, hold, attempts: attempts, retryAt: ConnectionCare.retry(after: attempts, error, now: now))
    }

    /// What a failed question says of Meta.
    private func hear(_ error: GraphError, _ care: ConnectionCare, _ hold: TenantHold) async {
        if error.isPossiblyMetasFault {
            await observe(.fault, at: .question, of: care.connection, now: clock.now)
        }
        await heed(error, of: care.connection, hold)
    }

    /// What Meta lets the connection do, and what follows.
    private func note(_ finding: DailyCheck.Finding, _ care: ConnectionCare, _ hold: TenantHold) async throws {
        let now = clock.now
        let id = care.connection.id
        let change = try await store.write(hold) { rows -> Connection.Reason? in
            guard let current = try rows.connection(id), current.token == care.connection.token else { return nil }
            try rows.noteCheck(
                of: id, scopes: finding.scopes ?? current.scopes,
                subscribedFields: finding.fields ?? current.subscribedFields)
            let change =
                try finding.change(of: current) ?? rows.senderlessWatch(of: current, now: now).change(of: current)
            guard let change, try rows.setState(of: id, to: change.state, reason: change.reason, now: now)
            else { return nil }
            return change.state == .degraded ? change.reason : nil
        }
        guard let change else { return }
        report("connection lacks something: \(change.rawValue)", care)
        if change == .scopesMissing, let app = app(of: care.connection.flow) {
            await remember(HastyVerdict(tenant: hold.tenant, connection: id, app: app, reason: change, at: now))
        }
    }

    /// Writes down when it is looked after next, and warns of the token's end where that is due.
    private func write(
        _ care: ConnectionCare, _ hold: TenantHold, attempts: Int, retryAt: Timestamp? = nil,
        silentUntil: Timestamp? = nil
    ) async throws {
        let now = clock.now
        let id = care.connection.id
        let warning = try await store.write(hold) { rows -> Int? in
            // Connected anew meanwhile: it is due again, and looked at as it is then.
            guard let current = try rows.connection(id), current.token == care.connection.token,
                current.tokenIssuedAt == care.connection.tokenIssuedAt
            else { return nil }
            var care = care
            care.connection = current
            care.plan.checkAt = try care.checkAt(beside: rows.carePlan(of: id))
            let warning = care.warning(at: now)
            if let warning {
                if current.state == .active {
                    try rows.setState(of: id, to: .degraded, reason: .tokenExpiring, now: now)
                }
                var facts = Notice.Facts(try rows.connection(id) ?? current)
                facts.days = warning
                try rows.tell(.connectionTokenExpiring, of: id.description, facts, now: now)
            }
            try rows.setCarePlan(
                of: id,
                CarePlan(
                    dueAt: care.nextVisit(after: now, retryAt: retryAt, silentUntil: silentUntil),
                    attempts: attempts, warned: warning ?? care.plan.warned, checkedAt: care.plan.checkedAt,
                    checkAt: care.plan.checkAt))
            return warning
        }
        if let warning { report("the token ends within \(warning) days and could not be renewed", care) }
    }

    private func report(_ what: Logger.Message, _ care: ConnectionCare, _ error: GraphError? = nil) {
        var metadata: Logger.Metadata = [
            "tenant_id": "\(care.connection.tenantID)", "instagram_page_id": "\(care.connection.instagramPageID)",
        ]
        if let error { metadata["error"] = "\(error)" }
        if let end = care.connection.tokenExpiresAt { metadata["expires_at"] = "\(end.rfc3339)" }
        logger.warning(what, metadata: metadata)
    }
}
