internal import Integrations
internal import Logging
internal import Storage
internal import Tenancy

extension Pipeline {
    /// What has to be known to read the conversation around a reply.
    private struct Question: Sendable {
        var connection: Connection?
        var channel: Tenancy.Channel
        var recipient: String?
        /// The message being answered; its mid also names the conversation.
        var answered: String?
    }

    /// Reads the conversation of a reply whose outcome is unknown, and settles what the reading proves.
    func readBack(_ due: DueReply, _ hold: TenantHold) async {
        await attempt(due, hold) {
            let found = try await self.store.read(due.tenantID) { rows -> (ReplyPart, Question)? in
                guard let reply = try rows.reply(due.id), reply.state == .unknown,
                    let part = reply.parts.first(where: { $0.state == .unknown }),
                    let question = try self.question(around: reply, rows: rows)
                else { return nil }
                return (part, question)
            }
            guard let (part, question) = found else {
                // Unknown without an unknown part cannot be; should it be, it is shown and not looked at for ever.
                let now = self.clock.now
                try await self.store.write(hold) { rows in
                    try rows.move(due.id, from: [.unknown], to: .held, reason: .outcomeUnknown, dueAt: nil, now: now)
                }
                return
            }
            let records = await self.conversations(question, hold)
            if !records.isEmpty { FaultPoint.settlingUnknown.pass() }
            let now = self.clock.now
            let patience = self.settings.unknownHold
            try await self.store.write(hold) { rows in
                guard let reply = try rows.reply(due.id), reply.state == .unknown else { return }
                var reading = ReadBack.Reading.proofless
                if let answered = question.answered, let connection = question.connection {
                    for record in records where reading == .proofless {
                        reading = try ReadBack.read(
                            record, answered: answered, part: part, own: connection.ownIDs
                        ) { try rows.knows(mid: $0) }
                    }
                }
                let verdict = ReadBack.judge(reading, part: part, now: now, hold: patience)
                try self.apply(verdict, to: part, of: reply, connection: question.connection, rows: rows, now: now)
            }
        }
    }

    private func question(around reply: Reply, rows: TenantRows) throws -> Question? {
        guard let conversation = try rows.conversation(reply.conversationID) else { return nil }
        let connection = try rows.connection(answeringFor: conversation.accountID)
        let answered = try reply.inReplyTo.flatMap { try rows.message($0) } ?? rows.newestInbound(of: conversation.id)
        let address = try connection.flatMap {
            try rows.address(
                of: conversation.patientID, account: conversation.accountID, flow: $0.flow,
                channel: conversation.channel)
        }
        return Question(
            connection: connection, channel: conversation.channel, recipient: address?.igsid, answered: answered?.mid)
    }

    /// Seconds after which an automated reply first looks whether a person has answered meanwhile.
    private static let staleAfter = 900

    /// Whether a person has answered an old message (drained, or resolved late) while the machine could not. Where the
    /// conversation cannot be read nothing is known, and the reply goes out.
    func personAnsweredMeanwhile(_ due: DueReply, _ hold: TenantHold) async throws -> Bool {
        let now = clock.now
        let question = try await store.read(due.tenantID) { rows -> Question? in
            guard let reply = try rows.reply(due.id), reply.state == .queued, reply.author == .machine,
                !reply.parts.contains(where: { $0.state == .sent }),
                let message = try reply.inReplyTo.flatMap({ try rows.message($0) }),
                message.sentAt.adding(seconds: Self.staleAfter) < now
            else { return nil }
            return try self.question(around: reply, rows: rows)
        }
        guard let question, let answered = question.answered, let own = question.connection?.ownIDs else {
            return false
        }
        // A reading without the message being answered proves nothing.
        let readings = await conversations(question, hold).filter { $0.messages.contains { $0.mid == answered } }
        let newer = readings.flatMap { record in
            record.messages.prefix { $0.mid != answered }.filter { $0.from.map(own.contains) ?? false }
        }
        return try await store.write(hold) { rows in
            let byPerson = try newer.contains { try rows.message(mid: $0.mid)?.author != .machine }
            guard byPerson else { return false }
            return try rows.move(
                due.id, from: [.queued], to: .cancelled, reason: .personAnswered, dueAt: nil, now: now)
        }
    }

    private func apply(
        _ verdict: ReadBack.Verdict, to part: ReplyPart, of reply: Reply, connection: Connection?, rows: TenantRows,
        now: Timestamp
    ) throws {
        switch verdict {
        case .sent(let mid):
            guard let connection else { return }
            try ReplySettlement(rows: rows, connection: connection, now: now) {
                self.store.makeID(now: now, of: Reply.self).raw
            }.sent(part, mid: mid, reason: .readBack)
        case .notSent:
            try rows.settleNotSent(part.id, .queued, now: now)
            // Codes 1 and 2 may also mean that the person blocked the account: not for ever.
            if RefusalVerdict.isLasting(attempts: reply.attempts, since: reply.createdAt, now: now) {
                try rows.settleNotSent(part.id, .failed, now: now)
                try rows.move(
                    reply.id, from: [.unknown], to: .failed, reason: .recipientUnreachable, dueAt: nil, now: now)
            } else {
                let dueAt = now.adding(milliseconds: RetrySchedule.wait(afterAttempt: reply.attempts))
                try rows.move(reply.id, from: [.unknown], to: .queued, reason: nil, dueAt: dueAt, now: now)
            }
            try rows.wakeWaitingEchoes(now: now)
        case .again(let moment, let countsAbsence):
            if countsAbsence { try rows.noteAbsent(part.id) }
            try rows.postpone(reply.id, until: moment)
        case .held:
            try rows.move(reply.id, from: [.unknown], to: .held, reason: .outcomeUnknown, dueAt: nil, now: now)
            try rows.wakeWaitingEchoes(now: now)
        }
    }

    /// The conversation as Meta shows it; none where it cannot be read.
    private func conversations(_ question: Question, _ hold: TenantHold) async -> [ConversationRecord] {
        guard let asked = question.connection else { return [] }
        if question.channel == .instagram, let decoded = question.answered.flatMap({ InstagramMessageID($0) }),
            let connection = await turn(of: asked, hold), let access = AccountAccess(connection)
        {
            do {
                let record = try await integrations[connection.flow.rawValue]?.conversation(
                    decoded.conversationID, access: access)
                if let record, record.messages.contains(where: { $0.mid == question.answered }) { return [record] }
            } catch {
                await heed(error, of: connection, hold)
            }
        }
        guard let recipient = question.recipient, let connection = await turn(of: asked, hold),
            let access = AccountAccess(connection)
        else { return [] }
        do {
            return try await integrations[connection.flow.rawValue]?.conversations(
                on: question.channel.integration, with: recipient, access: access) ?? []
        } catch {
            await heed(error, of: connection, hold)
            return []
        }
    }

    /// Waits until the account may be asked again.
    /// - Returns: the connection as it is then; `nil` where it does not answer any more, or Meta wants silence.
    func turn(of connection: Connection, _ hold: TenantHold) async -> Connection? {
        func mayBeAsked(_ connection: Connection) -> Bool { connection.state.answers && pausedUntil(connection) == nil }
        guard mayBeAsked(connection) else { return nil }
        await budget.take(connection.instagramPageID)
        // Others have asked meanwhile, and may have been told to stop.
        let now = try? await store.read(hold.tenant) { try $0.connection(connection.id) }
        return now.flatMap { mayBeAsked($0) ? $0 : nil }
    }
}
