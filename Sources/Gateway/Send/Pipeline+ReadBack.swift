internal import Integrations
internal import Logging
internal import Storage
internal import Tenancy

extension Pipeline {
    /// What has to be known to read an unknown outcome back.
    private struct Question: Sendable {
        var part: ReplyPart
        var connection: Connection?
        var channel: Tenancy.Channel
        var recipient: String?
        /// The message being answered; its mid also names the conversation.
        var answered: String?
    }

    /// Reads the conversation of a reply whose outcome is unknown, and settles what the reading proves.
    func readBack(_ due: DueReply) async {
        await attempt(due) {
            let question = try await self.store.read(due.tenantID) { rows -> Question? in
                guard let reply = try rows.reply(due.id), reply.state == .unknown,
                    let part = reply.parts.first(where: { $0.state == .unknown }),
                    let conversation = try rows.conversation(reply.conversationID)
                else { return nil }
                let connection = try rows.connection(answeringFor: conversation.accountID)
                let answered =
                    try reply.inReplyTo.flatMap { try rows.message($0) } ?? rows.newestInbound(of: conversation.id)
                let address = try connection.flatMap {
                    try rows.address(
                        of: conversation.patientID, account: conversation.accountID, flow: $0.flow,
                        channel: conversation.channel)
                }
                return Question(
                    part: part, connection: connection, channel: conversation.channel, recipient: address?.igsid,
                    answered: answered?.mid)
            }
            guard let question else { return }
            let records = await self.conversations(question)
            let now = self.clock.now
            let hold = self.settings.unknownHold
            try await self.store.write(due.tenantID) { rows in
                guard let reply = try rows.reply(due.id), reply.state == .unknown else { return }
                var reading = ReadBack.Reading.proofless
                if let answered = question.answered, let connection = question.connection {
                    for record in records where reading == .proofless {
                        reading = try ReadBack.read(
                            record, answered: answered, part: question.part, own: connection.ownIDs
                        ) { try rows.knows(mid: $0) }
                    }
                }
                let verdict = ReadBack.judge(reading, part: question.part, now: now, hold: hold)
                try self.apply(verdict, to: question.part, of: reply, connection: question.connection, rows: rows, now: now)
            }
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
            try rows.move(reply.id, from: [.unknown], to: .queued, reason: nil, dueAt: now, now: now)
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
    private func conversations(_ question: Question) async -> [ConversationRecord] {
        guard let connection = question.connection, connection.state.answers,
            let integration = integrations[connection.flow.rawValue], let access = AccountAccess(connection)
        else { return [] }
        await budget.take(connection.instagramPageID)
        if question.channel == .instagram, let decoded = question.answered.flatMap({ InstagramMessageID($0) }),
            let record = try? await integration.conversation(decoded.conversationID, access: access),
            record.messages.contains(where: { $0.mid == question.answered })
        {
            return [record]
        }
        guard let recipient = question.recipient else { return [] }
        await budget.take(connection.instagramPageID)
        return (try? await integration.conversations(
            on: question.channel.integration, with: recipient, withMessages: true, access: access)) ?? []
    }
}
