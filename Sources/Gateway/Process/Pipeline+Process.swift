internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

extension Pipeline {
    /// How many due events one look takes in, and how many of one tenant share a transaction.
    private static let eventsPerLook = 256
    private static let eventsPerBatch = 64
    /// While webhooks come in a flood, batches are short.
    private static let eventsPerBatchInAFlood = 16

    /// Tenants with waiting events that one look passes by, where the oldest events do not show them all.
    private static let tenantsPerTurn = 512

    func dueEvents(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        let now = clock.now
        let turn = eventTurn.withLock { $0 }
        let (oldest, inTurn, next) = try await store.readGlobal(.shardLoad) { rows in
            let oldest = try rows.tenantsWithDueEvents(now: now, limit: Self.eventsPerLook)
            let inTurn =
                oldest.isCutOff
                ? try rows.tenantsWithDueEvents(after: turn, now: now, limit: Self.tenantsPerTurn) : nil
            return (oldest.tenants, inTurn, try rows.nextDueEvent(after: now))
        }
        let known = Set(oldest)
        let tenants = oldest + (inTurn?.tenants ?? []).filter { !known.contains($0) }
        let free = tenants.filter { !running.contains($0.raw) && shards.hold(of: $0) != nil }
        let admitted = backlog.withLock { $0.admit(free, now: now) }
        let holds = admitted.tenants.compactMap(shards.hold).prefix(room)
        let work = holds.map { hold in self.work(hold.tenant.raw, hold) { await self.processDue(hold) } }
        if let inTurn {
            let noRoom = Set(admitted.tenants.dropFirst(room))
            let left = inTurn.tenants.first(where: noRoom.contains)
            eventTurn.withLock { $0 = inTurn.next(leaving: left, from: turn) }
        }
        // Where the turn has not come round, those who follow may have due events as well.
        let goesOn = work.isEmpty && inTurn?.last != nil
        let soonest = [next, admitted.next].compactMap(\.self).min()
        return WorkRound(work: work, nextDue: goesOn ? now : soonest)
    }

    /// How many events of a tenant share a transaction now.
    private func batchLimit(_ tenant: TenantID) -> Int {
        if backlog.withLock({ $0.contains(tenant) }) { return SendBacklog.batch }
        return arrivals.isHigh ? Self.eventsPerBatchInAFlood : Self.eventsPerBatch
    }

    /// One tenant's due events in their order, in one transaction; where one fails, each by itself.
    private func processDue(_ hold: TenantHold) async {
        let tenantID = hold.tenant
        var batch: [(event: Event, sealed: [UInt8]?)] = []
        let limit = batchLimit(tenantID)
        do {
            let now = clock.now
            batch = try await store.read(tenantID) { try $0.dueEvents(now: now, limit: limit) }
            let tenant = try await store.tenant(tenantID)
            let processor = try await processor()
            func process(_ batch: [(event: Event, sealed: [UInt8]?)]) async throws {
                if tenantID == .system { return try await self.processUnrouted(batch, hold) }
                guard let tenant else { throw KeyError.noTenant }
                try await self.process(batch, hold, tenant: tenant, processor: processor)
            }
            do {
                try await process(batch)
            } catch let error where batch.count > 1 && !isOver(error) && !error.blamesTheDatabase {
                for entry in batch {
                    do {
                        try await process([entry])
                    } catch let error where !isOver(error) && !error.blamesTheDatabase {
                        await fail(entry.event, hold, error)
                    }
                }
            }
        } catch let error where isOver(error) {
            if error is ShardLost { shards.lost(hold) }
            return
        } catch let error where batch.isEmpty || error.blamesTheDatabase {
            // They stay due, and those that follow must not overtake them.
            await rest(error, tenantID)
        } catch {
            for entry in batch { await fail(entry.event, hold, error) }
        }
        wake()
    }

    /// What cannot be read or written now is seen again after a breath.
    private func rest(_ error: any Error, _ tenant: TenantID) async {
        logger.error(
            "events stay due",
            metadata: ["tenant_id": "\(tenant)", "error": "\(LoggableError.describe(error))"])
        await clock.pause(until: clock.now.adding(seconds: 1))
    }

    /// Nothing is wrong with the event: the process ends, or the work is another worker's now.
    private func isOver(_ error: any Error) -> Bool { error is CancellationError || error is ShardLost }

    private func processor() async throws -> EventProcessor {
        EventProcessor(
            settings: settings, store: store, systemKeys: try await store.keys(of: .system),
            isMetaFailing: isMetaFailing, isAccount: isAccount, pausedUntil: pausedUntil)
    }

    /// Whether an id is that of a connected account, whosever.
    private func isAccount(_ id: String) -> Bool { routes.tenant(of: id) != nil }

    private func process(
        _ batch: [(event: Event, sealed: [UInt8]?)], _ hold: TenantHold, tenant: Tenant, processor: EventProcessor
    ) async throws {
        let now = clock.now
        let keys = try await store.keys(of: tenant.id)
        let items = try batch.map { ($0.event, try read($0.sealed, of: $0.event, keys: keys, now: now)) }
        let places = waitingLookups.withLock { $0.places(of: tenant.id) }
        let mayProcess = switches.switches(for: tenant.id).processing
        let steps = try await store.write(hold) { rows in
            var places = places
            // What became due since the batch was read, by a connection that answers again, may come before it.
            let due = try rows.dueEventIDs(now: now, limit: items.count)
            let next = zip(items, due).prefix { item, id in item.0.id == id }
            return try next.map(\.0).map { event, item -> (Event, ProcessedItem?, EventProcessor.Step) in
                if event.kind == nil { try rows.describe(event.id, item?.digest ?? .unreadable) }
                guard let item else {
                    let verdict = EventVerdict(.done, .unrecognised)
                    try rows.settle(event.id, verdict, now: now)
                    return (event, nil, .settled(verdict))
                }
                let step: EventProcessor.Step =
                    mayProcess
                    ? try processor.process(item, tenant: tenant, lookup: nil, rows: rows, now: now)
                    : .settled(EventVerdict(.parked, .processingPaused))
                switch step {
                case .settled(let verdict):
                    try rows.settle(event.id, verdict, now: now)
                case .lookUp:
                    let lease = places > 0 ? EventProcessor.lookupLease : EventProcessor.lookupTurn
                    places -= 1
                    try rows.settle(
                        event.id, EventVerdict(.received, nil, dueAt: now.adding(seconds: lease)), now: now)
                }
                return (event, item, step)
            }
        }
        for (event, item, step) in steps {
            switch step {
            case .settled(let verdict):
                report(event, item, verdict)
            case .lookUp(let item, let connection):
                // Its lease may have ended while it waits: once is enough.
                _ = waitingLookups.withLock { $0.add(LookupJob(item: item, connection: connection, hold: hold)) }
                wakeLookups()
            }
        }
    }

    /// Opening and reading are done outside the transaction.
    private func read(
        _ sealed: [UInt8]?, of event: Event, keys: TenantKeys, now: Timestamp
    ) throws -> ProcessedItem? {
        guard let sealed else { return nil }
        let slice = WebhookSlice(
            object: event.object, entryID: event.accountID.isEmpty ? nil : event.accountID,
            container: WebhookSlice.Container(rawValue: event.container) ?? .whole, siblings: event.siblings,
            bytes: try keys.open(sealed, at: .eventPayload(event.id)))
        guard let item = WebhookReader.read(slice) else { return nil }
        return ProcessedItem(event: event, item: item, flow: flow(ofApp: event.app), keys: keys, now: now)
    }

    /// The flow whose webhooks an app's secret signs.
    private func flow(ofApp app: String) -> Flow {
        let integration = MetaApp(rawValue: app).flatMap { integrations.serving(app: $0).first }
        return Flow(rawValue: integration?.name ?? "")
    }

    /// Events of accounts that nobody has connected: tests are settled, the rest waits for its account.
    private func processUnrouted(_ batch: [(event: Event, sealed: [UInt8]?)], _ hold: TenantHold) async throws {
        let now = clock.now
        let keys = try await store.keys(of: .system)
        let items = try batch.map { ($0.event, try read($0.sealed, of: $0.event, keys: keys, now: now)) }
        let verdicts = try await store.write(hold) { rows in
            try items.map { event, item -> EventVerdict in
                if event.kind == nil { try rows.describe(event.id, item?.digest ?? .unreadable) }
                let verdict =
                    switch item?.item.isTestDelivery {
                    case nil: EventVerdict(.done, .unrecognised)
                    case true?: EventVerdict(.done, .testDelivery)
                    case false?: EventVerdict(.parked, .unrouted)
                    }
                try rows.settle(event.id, verdict, now: now)
                return verdict
            }
        }
        var parked: Set<String> = []
        for ((event, item), verdict) in zip(items, verdicts) {
            report(event, item, verdict)
            if verdict.state == .parked { parked.insert(event.accountID) }
        }
        // An account may have been connected since its event was received.
        for account in parked {
            do {
                let owner = try await store.readGlobal { rows in try rows.route(of: account) }
                if let owner { try await adopt(account: account, for: owner) }
            } catch {
                // The events are parked; the sweep takes them up.
                logger.warning(
                    "unrouted events could not be adopted",
                    metadata: ["instagram_page_id": "\(account)", "error": "\(LoggableError.describe(error))"])
            }
        }
    }

    func dueLookups(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        let jobs = waitingLookups.withLock {
            $0.take(room, perTenant: settings.lookupsPerTenant, running: running)
        }
        return WorkRound(
            work: jobs.map { job in
                Work(key: job.item.event.id.raw) {
                    await self.shards.run(job.hold) { await self.lookUp(job) }
                    self.waitingLookups.withLock { $0.ended(job) }
                }
            }, nextDue: nil)
    }

    /// Asks Meta for a sender, outside any transaction, and processes the event with the answer.
    private func lookUp(_ job: LookupJob) async {
        let tenantID = job.hold.tenant
        guard shards.isHeld(job.hold) else { return }
        do {
            let found = try await store.read(tenantID) { rows in
                (try rows.event(job.item.event.id)?.state, try rows.connection(job.connection))
            }
            // Settled by another look meanwhile: nothing to ask for.
            guard found.0 == .received else { return }
            let connection = found.1
            guard switches.switches(for: tenantID).processing else { return try await park(job) }
            let result = await climb(job, connection)
            guard let tenant = try await store.tenant(tenantID) else { throw KeyError.noTenant }
            let now = clock.now
            if case .tokenDead = result, let connection {
                await observe(.fault, at: .question, of: connection, now: now)
            }
            let processor = try await processor()
            let verdict = try await store.write(job.hold) { rows -> EventVerdict? in
                guard let event = try rows.event(job.item.event.id), event.state == .received else { return nil }
                let step = try processor.process(job.item, tenant: tenant, lookup: result, rows: rows, now: now)
                guard case .settled(let verdict) = step else { return nil }
                try rows.settle(event.id, verdict, now: now)
                return verdict
            }
            if let verdict { report(job.item.event, job.item, verdict) }
            if case .tokenDead = result, verdict?.reason == .connectionNotActive,
                let app = connection.flatMap({ app(of: $0.flow) })
            {
                await remember(
                    HastyVerdict(tenant: tenantID, connection: job.connection, app: app, reason: .tokenDead, at: now))
            }
        } catch let error where isOver(error) {
            if error is ShardLost { shards.lost(job.hold) }
            return
        } catch {
            await fail(job.item.event, job.hold, error)
        }
        wake()
    }

    /// Processing was switched off while the event waited for its look-up.
    private func park(_ job: LookupJob) async throws {
        let now = clock.now
        let verdict = EventVerdict(.parked, .processingPaused)
        let isParked = try await store.write(job.hold) { rows in
            guard let event = try rows.event(job.item.event.id), event.state == .received else { return false }
            try rows.settle(event.id, verdict, now: now)
            return true
        }
        if isParked { report(job.item.event, job.item, verdict) }
    }

    /// - Returns: `nil` where Meta has asked for silence since the look-up was decided on: then it is not asked.
    private func climb(_ job: LookupJob, _ connection: Connection?) async -> LookupResult? {
        guard let connection, let integration = integrations[connection.flow.rawValue],
            let access = AccountAccess(connection)
        else { return .nothing }
        if pausedUntil(connection) != nil { return nil }
        let result = await SenderLadder(budget: budget).climb(
            job.item, integration: integration, connection: connection.id, access: access,
            check: SenderCheck(connection, job.item.event, isAccount: isAccount))
        if case .throttled(let seconds, wholeApp: true) = result {
            appPauses.pause(integration.app, until: clock.now.adding(seconds: seconds))
        }
        return result
    }

    /// A fault of ours: the event stays visible as failed and can be replayed.
    private func fail(_ event: Event, _ hold: TenantHold, _ error: any Error) async {
        logger.error(
            "event could not be processed",
            metadata: [
                "event_id": "\(event.id)", "tenant_id": "\(event.tenantID)", "instagram_page_id": "\(event.accountID)",
                "error": "\(LoggableError.describe(error))",
            ])
        let now = clock.now
        if error.blamesTheDatabase { return await rest(error, hold.tenant) }
        do {
            try await store.write(hold) { rows in
                // What was decided before the error stays decided.
                guard try rows.event(event.id)?.dueAt != nil else { return }
                try rows.settle(event.id, EventVerdict(.failed, .error), now: now)
            }
        } catch {
            // The event is still due and will be seen again.
            await rest(error, hold.tenant)
        }
    }
}
