internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

extension Pipeline {
    private static let repliesPerLook = 1024
    /// Where the oldest due replies do not show them all: tenants that one look passes by, and replies of each.
    private static let tenantsPerTurn = 256
    private static let repliesPerTenant = 64

    /// Replies to compose, to send and to read back.
    func dueReplies(_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound {
        let now = clock.now
        let turn = replyTurn.withLock { $0 }
        let shards = shards
        let switches = switches
        let open = breakers.open(for: .send)
        let limits = sendingLimits(open, now: now)
        let (due, turned, next) = try await store.readGlobal(.shardLoad) { rows in
            let readings = try rows.dueReadings(now: now, limit: Self.repliesPerLook)
            let oldest = try rows.dueReplies(
                now: now, sending: limits, limit: Self.repliesPerLook)
            var due = readings + oldest.replies.filter { $0.state != .unknown }
            var turned: TenantsInTurn?
            if oldest.isCutOff {
                let inTurn = try rows.tenantsWithDueReplies(after: turn, now: now, limit: Self.tenantsPerTurn)
                let known = Set(oldest.replies.map(\.id))
                for tenant in inTurn.tenants where shards.hold(of: tenant) != nil {
                    due += try rows.dueReplies(
                        of: tenant, now: now, sending: limits, limit: Self.repliesPerTenant
                    ).filter { !known.contains($0.id) && $0.state != .unknown }
                }
                turned = inTurn
            }
            return (due, turned, try rows.nextDueReply(after: now))
        }
        var work: [Work] = []
        var begun: Set<TenantID> = []
        // Those come first, and leave room: a Meta that answers no question may still take what is sent.
        var readings = max(1, room / 2)
        // What an open breaker keeps back is tried again when its pause is over.
        var nextDue = ([next] + open.values.filter { $0 > now }).compactMap(\.self).min()
        for reply in due where !running.contains(reply.id.raw) && work.count < room {
            guard let hold = shards.hold(of: reply.tenantID) else { continue }
            switch reply.state {
            case .composing:
                if let step = step(reply, hold, { await self.compose(reply, hold) }) { work.append(step) }
            case .unknown:
                guard readings > 0,
                    readingSlots.withLock({ $0.take(reply.tenantID, limit: settings.readingsPerTenant) })
                else {
                    continue
                }
                let read = step(reply, hold) {
                    await self.readBack(reply, hold)
                    self.readingSlots.withLock { $0.free(reply.tenantID) }
                }
                if let read {
                    work.append(read)
                    readings -= 1
                } else {
                    readingSlots.withLock { $0.free(reply.tenantID) }
                }
            case .queued:
                guard switches.switches(for: reply.tenantID).sending else { continue }
                guard replySlots.withLock({ $0.taken(by: reply.tenantID) }) < settings.sendsPerTenant else { continue }
                if let app = reply.flow.flatMap(app), !breakers.admits(.send, of: app, at: now) {
                    // Its one trial has just begun.
                    let until = breakers.open(for: .send)[app].flatMap { $0 > now ? $0 : nil }
                    nextDue = [nextDue, until].compactMap(\.self).min()
                    continue
                }
                let trial = reply.flow.flatMap(app).flatMap { breakers.stopsSending($0) ? $0 : nil }
                if let step = step(reply, hold, { await self.send(reply, hold, trialOf: trial) }) { work.append(step) }
            case .sending, .sent, .held, .failed, .expired, .cancelled:
                continue
            }
            begun.insert(reply.tenantID)
        }
        noteBacklog(due, running.union(work.map(\.key))) { tenant in turned?.passes(tenant, from: turn) ?? true }
        let end = turned.flatMap { turned in
            turned.next(leaving: work.count < room ? nil : left(of: turned, due, running, begun), from: turn)
        }
        replyTurn.withLock { $0 = end }
        // Where the turn has not come round, those who follow may have due replies as well.
        if work.isEmpty, end != nil { nextDue = now }
        return WorkRound(work: work, nextDue: nextDue)
    }

    /// What waits beside the work that runs.
    private func noteBacklog(_ due: [DueReply], _ running: Set<Identifier>, hasSeen: (TenantID) -> Bool) {
        let waiting = due.reduce(into: [TenantID: Int]()) { waiting, reply in
            if reply.state != .unknown, !running.contains(reply.id.raw) { waiting[reply.tenantID, default: 0] += 1 }
        }
        if backlog.withLock({ $0.observe(waiting: waiting, hasSeen: hasSeen) }) { wakeForEvents() }
    }

    /// The first of these tenants for whom there was no room, though it has places of its own.
    private func left(
        of turned: TenantsInTurn, _ due: [DueReply], _ running: Set<Identifier>, _ begun: Set<TenantID>
    ) -> TenantID? {
        let waiting = Set(due.lazy.filter { !running.contains($0.id.raw) }.map(\.tenantID)).subtracting(begun)
        return turned.tenants.first { tenant in
            waiting.contains(tenant)
                && replySlots.withLock { $0.taken(by: tenant) } < settings.sendsPerTenant
        }
    }

    /// What may be sent now. Whatever may not is left out of the looks: it would hide what may, and be found again and
    /// again.
    private func sendingLimits(_ open: [MetaApp: Timestamp], now: Timestamp) -> SendingLimits {
        var limits = SendingLimits()
        limits.isOn = switches.switches(for: .system).sending
        limits.someAreOff = switches.isSendingOffForSome
        limits.needsFlow = !open.isEmpty
        limits.blockedFlows = IntegrationRegistry.known.filter { flow in open[flow.app].map { $0 > now } ?? false }
            .map { Flow(rawValue: $0.name) }
        return limits
    }

    /// One step at a reply, which holds one of its tenant's places until it ends.
    /// - Returns: `nil` where all of them are taken.
    private func step(_ reply: DueReply, _ hold: TenantHold, _ body: @escaping @Sendable () async -> Void) -> Work? {
        guard replySlots.withLock({ $0.take(reply.tenantID, limit: settings.sendsPerTenant) }) else { return nil }
        return Work(key: reply.id.raw) {
            await self.shards.run(hold, body)
            self.replySlots.withLock { $0.free(reply.tenantID) }
        }
    }

    /// Writes the reply's text, outside any transaction: a responder may take its time.
    private func compose(_ due: DueReply, _ hold: TenantHold) async {
        await attempt(due, hold) {
            guard let tenant = try await self.store.tenant(due.tenantID) else { throw KeyError.noTenant }
            let draft = try await self.store.read(due.tenantID) { rows -> (Reply, Conversation, String?)? in
                guard let reply = try rows.reply(due.id), reply.state == .composing,
                    let conversation = try rows.conversation(reply.conversationID)
                else { return nil }
                return (reply, conversation, try rows.username(of: conversation.patientID))
            }
            guard let (reply, conversation, known) = draft else { return }
            let now = self.clock.now
            guard let rule = tenant.replyRules.rules.first(where: { $0.name == reply.rule }) else {
                // The rule was removed meanwhile: nothing is there to be said.
                try await self.store.write(hold) { rows in
                    guard try rows.reply(reply.id)?.rule == reply.rule else { return }
                    try rows.move(
                        reply.id, from: [.composing], to: .cancelled, reason: .requested, dueAt: nil, now: now)
                }
                return
            }
            var username = known
            if username == nil, rule.text.contains("{{username}}") {
                username = await self.lookUpUsername(of: conversation, hold)
            }
            let text = Template(rule.text).filled(username: username, practice: tenant.name)
            let parts = TextSplitter(conversation.channel.textLimit).split(text).map { text in
                (id: self.store.makeID(now: now, of: ReplyPart.self), text: text)
            }
            try await self.store.write(hold) { [username] rows in
                if let username, known == nil { try rows.learnUsername(username, of: conversation.patientID) }
                // Where the message was edited meanwhile it is still due, and composed by the other rule.
                try rows.compose(reply.id, by: reply.rule, text: text, parts: parts, dueAt: now)
            }
        }
    }

    /// The name a patient goes by; a reply never waits for it to be found.
    private func lookUpUsername(of conversation: Conversation, _ hold: TenantHold) async -> String? {
        let found = try? await store.read(hold.tenant) { rows -> (Connection, Address)? in
            guard let connection = try rows.connection(answeringFor: conversation.accountID), connection.state.answers,
                let address = try rows.address(
                    of: conversation.patientID, account: conversation.accountID, flow: connection.flow,
                    channel: conversation.channel)
            else { return nil }
            return (connection, address)
        }
        guard let (connection, address) = found, pausedUntil(connection) == nil,
            let integration = integrations[connection.flow.rawValue],
            let access = AccountAccess(connection)
        else { return nil }
        do {
            return try await integration.profile(
                of: address.igsid, on: conversation.channel.integration, access: access)?.username
        } catch {
            await heed(error, of: connection, hold)
            return nil
        }
    }

    /// Runs one reply's step and logs what goes wrong; the reply is tried again after a pause, or looked for if it may have
    /// gone out.
    func attempt(_ due: DueReply, _ hold: TenantHold, _ step: () async throws -> Void) async {
        do {
            try await step()
        } catch let error where error is CancellationError || error is ShardLost {
            if error is ShardLost { shards.lost(hold) }
            return
        } catch {
            logger.error(
                "reply could not be handled",
                metadata: [
                    "reply_id": "\(due.id)", "tenant_id": "\(due.tenantID)",
                    "error": "\(LoggableError.describe(error))",
                ])
            await putInOrder(due, hold)
        }
        wake()
    }

    /// After a step that failed: no reply stays `sending` without anybody who is at it. Should the database be gone, that
    /// is written down when it is back; should the process end or lose the shard, whoever comes next does the same. What
    /// fails in another way is left to the sweep.
    private func putInOrder(_ due: DueReply, _ hold: TenantHold) async {
        while true {
            let now = clock.now
            do {
                return try await store.write(hold) { rows in
                    guard try rows.rescueSend(of: due.id, now: now, readAt: now.adding(seconds: ReadBack.firstWait))
                    else { return try rows.postpone(due.id, until: now.adding(seconds: 5)) }
                }
            } catch let error where error is CancellationError || error is ShardLost {
                if error is ShardLost { shards.lost(hold) }
                return
            } catch {
                await clock.pause(until: now.adding(seconds: 1))
                guard error.blamesTheDatabase, !Task.isCancelled, !isStopping.load(ordering: .acquiring) else { return }
            }
        }
    }
}

extension Tenancy.Channel {
    /// Meta's limits on one message: 1000 bytes of UTF-8 on Instagram, 2000 characters on Messenger.
    var textLimit: TextSplitter.Limit {
        switch self {
        case .instagram: .utf8Bytes(1000)
        case .messenger: .characters(2000)
        }
    }
}
