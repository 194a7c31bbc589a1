internal import Integrations
internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// One part on its way to Meta.
struct Sending: Sendable {
    var part: ReplyPart
    var reply: Reply
    var connection: Connection
    var access: AccountAccess
    var channel: Tenancy.Channel
    var recipient: String
    var hold: TenantHold
    /// When the claim began, by a clock that goes on while the machine sleeps.
    var claimedAt: ContinuousClock.Instant
}

extension Pipeline {
    /// Claims the head of a conversation's queue, calls Meta, settles. `sending` is durable before the first byte.
    /// - Parameter trial: the app whose open breaker has let this one through; `nil` while it is closed.
    func send(_ due: DueReply, _ hold: TenantHold, trialOf trial: MetaApp? = nil) async {
        defer {
            // Cancelled, expired, taken back: another one has to show how Meta is. So it is where the address cannot be looked
            // up: to wait for that practice's next try would keep all the others waiting.
            if let trial, breakers.takeTrialBack(of: trial, at: clock.now) { wake() }
        }
        await attempt(due, hold) {
            if try await self.personAnsweredMeanwhile(due, hold) { return }
            guard let sending = try await self.claimWithAddress(due, hold),
                let integration = self.integrations[sending.connection.flow.rawValue]
            else { return }
            FaultPoint.afterSending.pass()
            let isWithdrawn = Mutex(false)
            let outcome = await integration.send(
                sending.part.text, to: sending.recipient, on: sending.channel.integration, from: sending.access
            ) {
                let leaves = self.mayStillLeave(sending)
                if !leaves { isWithdrawn.withLock { $0 = true } }
                return leaves
            }
            if case .sent = outcome { FaultPoint.afterAccepted.pass() }
            // Only what was withdrawn here: what Meta, or the way to it, has refused says something, however late.
            if case .notApplied = outcome, isWithdrawn.withLock({ $0 }) {
                try await self.takeBack(sending)
            } else {
                try await self.settle(sending, outcome)
            }
        }
    }

    /// Asked once more when the connection to Meta stands: a process that stood still since its claim may no longer own the
    /// conversation. However the lease stands now, after a lease's length since the claim another worker may have had it
    /// meanwhile; and whoever looks for a send that was broken off counts from its claim (``ReadBack/horizon``).
    private func mayStillLeave(_ sending: Sending) -> Bool {
        if FaultSwitch.isOn("no_epoch_check") { return true }
        return sending.claimedAt.duration(to: .now) < ShardKeeper.lease - .seconds(1) && shards.isHeld(sending.hold)
            && switches.switches(for: sending.hold.tenant).sending
    }

    /// Nothing has left, and nobody is to blame: where the shard is still ours, the part is queued as if nothing had been.
    private func takeBack(_ sending: Sending) async throws {
        let now = clock.now
        try await store.write(sending.hold) { rows in
            guard try rows.settleNotSent(sending.part.id, .queued, now: now) else { return }
            try rows.move(
                sending.reply.id, from: [.sending, .unknown], to: .queued, reason: nil, dueAt: now, now: now)
            try rows.forgetAttempt(sending.reply.id)
        }
    }

    /// Claims a reply; where its patient has no address in the flow that answers now, Meta is asked for it first.
    private func claimWithAddress(_ due: DueReply, _ hold: TenantHold) async throws -> Sending? {
        do {
            return try await claim(due, hold, mayAsk: true)
        } catch is AddressMissing {
            guard try await learnAddress(due, hold) else { return nil }
            return try await claim(due, hold, mayAsk: false)
        }
    }

    /// Looks at everything once more, inside the transaction that makes the attempt durable.
    /// - Parameter mayAsk: whether a missing address may be asked for; else the reply is held.
    /// - Throws: ``AddressMissing`` with `mayAsk`, and nothing was changed.
    /// - Returns: `nil` when the reply may not be sent now; it says why in its state.
    private func claim(_ due: DueReply, _ hold: TenantHold, mayAsk: Bool) async throws -> Sending? {
        guard let tenant = try await store.tenant(due.tenantID) else { throw KeyError.noTenant }
        let now = clock.now
        let claimedAt = ContinuousClock.now
        let systemKeys = try await store.keys(of: .system)
        let integrations = integrations
        return try await store.write(hold) { rows -> Sending? in
            // Switched off since it was looked for: it waits.
            guard self.switches.switches(for: due.tenantID).sending else { return nil }
            guard let reply = try rows.reply(due.id), reply.state == .queued, try rows.isHead(reply),
                let conversation = try rows.conversation(reply.conversationID)
            else { return nil }
            func stop(_ state: Reply.State, _ reason: Reply.Reason, dueAt: Timestamp? = nil) throws -> Sending? {
                try rows.move(reply.id, from: [.queued], to: state, reason: reason, dueAt: dueAt, now: now)
                return nil
            }
            // Queued without anything to send cannot be; should it be, it is shown and not looked at for ever.
            guard let part = reply.parts.first(where: { $0.state == .queued }) else {
                return try stop(.held, .outcomeUnknown)
            }
            guard now < reply.windowEndsAt else { return try stop(.expired, .windowClosed) }
            if reply.author == .machine {
                if tenant.automation == .paused { return try stop(.cancelled, .paused) }
                if !conversation.answers(at: now) {
                    return try stop(.cancelled, conversation.pausedUntil == nil ? .paused : .personAnswered)
                }
                // The other side's own webhook may have come after the decision.
                let mid = try reply.inReplyTo.flatMap { try rows.message($0)?.mid }.flatMap { InstagramMessageID($0) }
                if let mid, try rows.joinThread(systemKeys.sharedThread(mid), account: mid.account, now: now) {
                    return try stop(.cancelled, .wrongRecipient)
                }
            }
            guard let connection = try rows.connection(answeringFor: conversation.accountID), connection.state.answers,
                let access = AccountAccess(connection), integrations[connection.flow.rawValue] != nil
            else { return try stop(.held, .waitingForReconnect) }
            if let until = self.pausedUntil(connection) { return try stop(.queued, .throttled, dueAt: until) }
            guard
                let address = try rows.address(
                    of: conversation.patientID, account: conversation.accountID, flow: connection.flow,
                    channel: conversation.channel)
            else {
                if mayAsk { throw AddressMissing() }
                return try stop(.held, .wrongRecipient)
            }
            // Somebody may have cancelled it a moment ago, in another process.
            guard try rows.move(reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: now) else {
                return nil
            }
            try rows.beginSending(part.id, now: now)
            var claimed = part
            claimed.sendingAt = now
            return Sending(
                part: claimed, reply: reply, connection: connection, access: access, channel: conversation.channel,
                recipient: address.igsid, hold: hold, claimedAt: claimedAt)
        }
    }

    private func settle(_ sending: Sending, _ outcome: SendOutcome) async throws {
        let now = clock.now
        switch outcome {
        case .sent(let mid):
            await observe(.worked, at: .send, of: sending.connection, now: now)
            let settled = try await store.write(sending.hold) { rows in
                try ReplySettlement(rows: rows, connection: sending.connection, now: now, makeID: self.makeID)
                    .sent(sending.part, mid: mid, reason: .sent)
            }
            if settled { reportSent(sending) }
        case .unknown(let error):
            await observe(.fault, at: .send, of: sending.connection, now: now)
            try await store.write(sending.hold) { rows in
                guard try rows.settleUnknown(sending.part.id, now: now) else { return }
                try rows.move(
                    sending.reply.id, from: [.sending], to: .unknown, reason: .outcomeUnknown,
                    dueAt: now.adding(seconds: ReadBack.firstWait), now: now)
            }
            report(sending, .unknown, error)
        case .notApplied(let error):
            // A proper refusal shows that Meta works.
            await observe(
                error.isPossiblyMetasFault ? .fault : .worked, at: .send, of: sending.connection, now: now)
            try await refused(sending, error, now: now)
        }
    }

    private func makeID() -> Identifier { store.makeID(now: clock.now, of: Reply.self).raw }

    /// Meta certainly did not take it: what the error means decides whether and when it is tried again.
    private func refused(_ sending: Sending, _ error: GraphError, now: Timestamp) async throws {
        let metasFault = isMetaFailing(sending.connection)
        let verdict = RefusalVerdict(
            error, attempts: sending.reply.attempts + 1, since: sending.reply.createdAt, now: now,
            metasFault: metasFault)
        try await store.write(sending.hold) { rows in
            var verdict = verdict
            // A token that was replaced while it was used: its death says nothing of the new one.
            if error.kind == .tokenDead, try rows.connection(sending.connection.id)?.token != sending.access.token.value
            {
                verdict.retry(nil, at: now)
            }
            guard try rows.settleNotSent(sending.part.id, verdict.part, now: now) else { return }
            try rows.move(
                sending.reply.id, from: [.sending, .unknown], to: verdict.state, reason: verdict.reason,
                dueAt: verdict.dueAt, now: now)
            if error.kind == .throttled { try rows.forgetAttempt(sending.reply.id) }
            if let until = verdict.pauseUntil { try rows.pause(sending.connection.id, until: until) }
            if let change = verdict.connection {
                try rows.setState(of: sending.connection.id, to: change.state, reason: change.reason, now: now)
            }
            try rows.wakeWaitingEchoes(now: now)
        }
        if error.concernsWholeApp, let until = verdict.pauseUntil,
            let integration = integrations[sending.connection.flow.rawValue]
        {
            appPauses.pause(integration.app, until: until)
        }
        let reason = verdict.connection?.reason
        if reason != nil || verdict.reason == .permission, let app = app(of: sending.connection.flow) {
            await remember(
                HastyVerdict(
                    tenant: sending.hold.tenant, connection: sending.connection.id, app: app,
                    reason: sending.connection.reason == reason ? nil : reason, reply: sending.reply.id, at: now))
        }
        report(sending, verdict.state, error)
    }

    private func report(_ sending: Sending, _ state: Reply.State, _ error: GraphError) {
        if error.concernsAppsAccess { reportRefusedApp(sending.connection.flow) }
        logger.warning(
            "reply not sent",
            metadata: [
                "reply_id": "\(sending.reply.id)", "tenant_id": "\(sending.connection.tenantID)",
                "instagram_page_id": "\(sending.connection.instagramPageID)", "state": "\(state.rawValue)",
                "error": "\(error)",
            ])
    }

    private func reportSent(_ sending: Sending) {
        logger.info(
            "reply sent",
            metadata: [
                "reply_id": "\(sending.reply.id)", "tenant_id": "\(sending.connection.tenantID)",
                "instagram_page_id": "\(sending.connection.instagramPageID)",
                "event_id": "\(sending.reply.eventID?.description ?? "")",
            ])
    }
}
