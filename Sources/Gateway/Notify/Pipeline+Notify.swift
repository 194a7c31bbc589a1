internal import Integrations
internal import Logging
internal import Storage
internal import Tenancy

/// Owners are told by whoever owns their tenant's shard: one worker calls. A process that ends between the call and
/// writing down that it was made calls again, with the same id. In which order several notices arrive is not promised.
extension Pipeline {
    /// How many due notices one look reads; those of other workers are among them.
    private static let noticesPerLook = 1_000
    /// An app's breaker is told of once in so long, in seconds, whichever processes find it.
    private static let breakerSilence = 600
    /// Seconds before an attempt that could not be written down is repeated.
    private static let noticeRest = 30

    func dueNotices(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        guard courier != nil else { return WorkRound(work: [], nextDue: nil) }
        let now = clock.now
        let (due, next) = try await store.readGlobal(.shardLoad) { rows in
            (try rows.dueNotices(now: now, limit: Self.noticesPerLook), try rows.nextDueNotice(after: now))
        }
        let holds = due.lazy.filter { !running.contains($0.id.raw) }.compactMap { notice in
            self.shards.hold(of: notice.tenantID).map { (notice.id, $0) }
        }.prefix(room)
        let work = Array(holds).map { id, hold in self.work(id.raw, hold) { await self.tellOwner(id, hold) } }
        return WorkRound(work: work, nextDue: next)
    }

    private func tellOwner(_ id: NoticeID, _ hold: TenantHold) async {
        do {
            let now = clock.now
            guard let courier, let notice = try await store.read(hold.tenant, { try $0.notice(id) }),
                notice.dueAt.map({ $0 <= now }) ?? false
            else { return }
            let outcome = try await courier.deliver(notice, at: now)
            try await settle(notice, outcome, hold)
        } catch let error where error is CancellationError || error is ShardLost {
            if error is ShardLost { shards.lost(hold) }
        } catch {
            logger.error(
                "notification could not be handled",
                metadata: ["tenant_id": "\(hold.tenant)", "error": "\(LoggableError.describe(error))"])
            // It is still due.
            await clock.pause(until: clock.now.adding(seconds: Self.noticeRest))
        }
    }

    private func settle(_ notice: Notice, _ outcome: NoticeCourier.Outcome, _ hold: TenantHold) async throws {
        let now = clock.now
        var metadata: Logger.Metadata = [
            "notification_id": "\(notice.id)", "tenant_id": "\(notice.tenantID)", "kind": "\(notice.kind.rawValue)",
            "attempts": "\(notice.attempts + 1)",
        ]
        switch outcome {
        case .delivered:
            try await store.write(hold) { try $0.settleNotice(notice.id, outcome: "delivered", now: now) }
            metrics.notification(outcome: "delivered")
            logger.info("owner told", metadata: metadata)
        case .gone:
            try await store.write(hold) { try $0.settleNotice(notice.id, outcome: "http_410", now: now) }
            metrics.notification(outcome: "given_up")
            logger.error("owner cannot be told: the receiver says 410 and wants no more", metadata: metadata)
        case .failed(let word, let asked):
            metadata["error"] = "\(word)"
            guard let next = NoticeSchedule.next(after: notice.attempts + 1, asked: asked, now: now) else {
                try await store.write(hold) { try $0.settleNotice(notice.id, outcome: word, now: now) }
                metrics.notification(outcome: "given_up")
                return logger.error("owner could not be told, and it is given up", metadata: metadata)
            }
            try await store.write(hold) { try $0.postponeNotice(notice.id, until: next, outcome: word) }
            metrics.notification(outcome: "failed")
            logger.warning("owner could not be told, and is tried again", metadata: metadata)
        }
    }

    /// Tells of the whole service's fault, or of its end. Each process finds it for itself; the first one tells.
    func tell(_ change: FaultBreakers.Change, of app: MetaApp, now: Timestamp) async {
        guard store.tellsOwners else { return }
        do {
            try await store.write(TenantID.system) { rows in
                try rows.tell(
                    change == .opened ? .breakerOpened : .breakerClosed, of: app.rawValue, Notice.Facts(),
                    unlessToldWithin: Self.breakerSilence, now: now)
            }
        } catch {
            logger.error(
                "notification could not be written down", metadata: ["error": "\(LoggableError.describe(error))"])
        }
        wakeNotices()
    }
}
