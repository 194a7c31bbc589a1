internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// Erasures are done by whoever owns their tenant's shard, one of a tenant at a time, a small transaction after the other.
/// Each transaction writes down how far it has come: whoever is next goes on there.
extension Pipeline {
    private static let erasuresPerLook = 64
    /// One that could not go on for a reason of our own is left alone for so long, in seconds.
    private static let restAfterFailure = 60
    /// Meta is told again after so many seconds, and then no more.
    private static let unsubscribeRetries = [10, 60]

    /// An erasure was asked for. Where a tenant was deleted, its accounts are nobody's from now on.
    public func erasureWasRequested() async {
        do {
            try await routes.reload()
        } catch {
            // Until then what comes for its accounts is routed anew as it is stored.
            logger.warning("routes could not be read anew", metadata: ["error": "\(LoggableError.describe(error))"])
        }
        wakeErasures()
    }

    func dueErasures(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        let now = clock.now
        let (due, next) = try await store.readGlobal(.shardLoad) { rows in
            (try rows.dueErasures(now: now, limit: Self.erasuresPerLook), try rows.nextDueErasure(after: now))
        }
        var work: [Work] = []
        var taken = running
        for erasure in due where work.count < room {
            guard let hold = shards.hold(of: erasure.tenantID), taken.insert(erasure.tenantID.raw).inserted else {
                continue
            }
            work.append(self.work(erasure.tenantID.raw, hold) { await self.erase(erasure, hold) })
        }
        return WorkRound(work: work, nextDue: next)
    }

    private func erase(_ due: DueErasure, _ hold: TenantHold) async {
        do {
            // Whoever else wants the shard does not wait for the end of it.
            while shards.hold(of: hold.tenant) == hold, !Task.isCancelled, !isStopping.load(ordering: .acquiring) {
                let progress =
                    switch due.kind {
                    case .patient: try await erasePatient(due.id, hold)
                    case .tenant: try await eraseTenant(due.id, hold)
                    }
                switch progress {
                // In a flood of webhooks one batch at a time: it is looked for again after a breath.
                case .goesOn: if arrivals.isHigh { return }
                case .waits, .isGone: return
                case .done(let erasure): return report(erasure)
                }
            }
        } catch let error where error is CancellationError || error is ShardLost {
            if error is ShardLost { shards.lost(hold) }
        } catch KeyError.noTenant where due.kind == .patient {
            // The tenant was deleted meanwhile, and its patients with it.
        } catch {
            logger.error(
                "erasure could not go on",
                metadata: [
                    "tenant_id": "\(hold.tenant)", "erasure_id": "\(due.id)",
                    "error": "\(LoggableError.describe(error))",
                ])
            await putOff(due, hold)
        }
    }

    private func putOff(_ due: DueErasure, _ hold: TenantHold) async {
        do {
            try await store.postpone(due.id, hold, until: clock.now.adding(seconds: Self.restAfterFailure))
        } catch {
            // It is still due, and looked at again after a breath.
            await clock.pause(until: clock.now.adding(seconds: 1))
        }
    }

    private func report(_ erasure: Erasure) {
        metrics.erased(erasure.kind)
        logger.notice(
            "erased",
            metadata: [
                "tenant_id": "\(erasure.tenantID)", "erasure_id": "\(erasure.id)", "kind": "\(erasure.kind.rawValue)",
            ])
    }

    // MARK: A patient

    private func erasePatient(_ id: ErasureID, _ hold: TenantHold) async throws -> ErasureProgress {
        let systemKeys = try await store.keys(of: .system)
        let rules = PatientErasureRules(backupDays: settings.backupDays) { mid in
            InstagramMessageID(mid).map { (systemKeys.sharedThread($0), $0.account) }
        }
        return try await store.erase(patientOf: id, hold, rules: rules, now: clock.now)
    }

    // MARK: A tenant

    private func eraseTenant(_ id: ErasureID, _ hold: TenantHold) async throws -> ErasureProgress {
        guard let (step, attempts) = try await store.deletionStep(id, of: hold.tenant) else { return .isGone }
        switch step {
        case .unsubscribe:
            let isDone = try await unsubscribe(hold.tenant)
            let wait = isDone || attempts >= Self.unsubscribeRetries.count ? nil : Self.unsubscribeRetries[attempts]
            let now = clock.now
            let retryAt = wait.map { now.adding(seconds: $0) }
            try await store.noteUnsubscribed(id, hold, retryAt: retryAt, now: now)
            return retryAt.map(ErasureProgress.waits) ?? .goesOn
        case .destroy:
            try await store.destroyKey(id, hold, backupDays: settings.backupDays, now: clock.now)
            return .goesOn
        case .purge: return try await store.purge(id, hold, now: clock.now)
        case .scrub: return try await store.finishDeletion(id, hold)
        }
    }

    /// Ends the webhooks of a deleted tenant's accounts at Meta, but for those that somebody has connected meanwhile.
    /// - Returns: whether nothing is left to be told.
    private func unsubscribe(_ tenant: TenantID) async throws -> Bool {
        var isDone = true
        for connection in try await store.lastConnections(of: tenant) {
            if try await store.othersHave(connection) { continue }
            let isEnded = await integrations.endWebhooks(
                of: connection, failure: "the deleted tenant's webhooks could not be ended", logger: logger)
            isDone = isDone && isEnded
        }
        return isDone
    }
}
