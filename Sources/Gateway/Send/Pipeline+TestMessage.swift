internal import Integrations
internal import Storage
public import Tenancy

/// A person's try whether a connection answers: one reply, to somebody who has written to it, on the way of every other.
extension Pipeline {
    /// Who is written to, and what shows that they wrote.
    private struct Writer: Sendable {
        var claim: PatientClaim
        /// When their newest message was made.
        var wroteAt: Timestamp
    }

    /// Queues one message to somebody who has written to this connection's account within the messaging window. That is
    /// known from their own messages, or from those that Meta shows; nobody else is ever written to.
    /// - Parameters:
    ///   - recipient: the id under which this connection reaches them.
    ///   - claim: of the request that asks for it; one that queued its message before is given that one.
    /// - Throws: ``TestMessageRefusal``, and then nothing was changed.
    public func sendTestMessage(
        _ text: String, to recipient: String, connection id: ConnectionID, tenant: TenantID, by author: AuditAuthor,
        claim: RequestClaim?
    ) async throws -> Reply {
        let found = try await store.read(tenant) { rows -> (connection: Connection?, writer: Writer?, made: Reply?) in
            let made = try claim.flatMap { try rows.entity(of: $0) }.flatMap { try rows.reply(ReplyID($0)) }
            guard let connection = try rows.connection(id) else { return (nil, nil, made) }
            return (connection, try self.knownWriter(recipient, connection, rows), made)
        }
        if let made = found.made { return made }
        let connection = try admitted(found.connection, tenant: tenant)
        guard SenderID.isPlausible(recipient), !connection.ownIDs.contains(recipient),
            routes.tenant(of: recipient) == nil
        else { throw TestMessageRefusal.noPerson }
        var writer = found.writer
        // What we know may be old, or nothing, where webhooks do not come: which is when somebody tries.
        if writer.map({ !isInWindow($0.wroteAt) }) ?? true { writer = try await shownWriter(recipient, connection) }
        guard let writer else { throw TestMessageRefusal.neverWrote }
        guard isInWindow(writer.wroteAt) else {
            throw TestMessageRefusal.windowClosed(settings.messagingWindow)
        }
        let reply = try await queue(text, to: writer, connection: id, tenant: tenant, by: author, claim: claim)
        wake()
        return reply
    }

    private func queue(
        _ text: String, to writer: Writer, connection id: ConnectionID, tenant: TenantID, by author: AuditAuthor,
        claim: RequestClaim?
    ) async throws -> Reply {
        let now = clock.now
        let reply = try await store.write(tenant) { rows -> Reply? in
            let made = try rows.once(claim) {
                _ = try self.admitted(try rows.connection(id), tenant: tenant)
                let conversation = try rows.correspond(writer.claim, now: now) {
                    self.store.makeID(now: now, of: Conversation.self).raw
                }.conversation
                if conversation.optedOut { throw TestMessageRefusal.optedOut }
                let reply = self.personsReply(
                    text, conversation, max(conversation.lastInboundAt ?? writer.wroteAt, writer.wroteAt), now)
                try rows.insert(reply)
                let note = AuditNote(
                    .connectionTestMessage, id.description, detail: ["reply": .word(reply.id.description)])
                try rows.audit(note, by: author, now: now)
                return reply.id.raw
            }
            return try made.flatMap { try rows.reply(ReplyID($0.id)) }
        }
        guard let reply else { throw TestMessageRefusal.noConnection }
        return reply
    }

    /// The connection, where it may send now.
    private func admitted(_ connection: Connection?, tenant: TenantID) throws -> Connection {
        guard let connection else { throw TestMessageRefusal.noConnection }
        guard connection.state.answers, connection.token != nil else {
            throw TestMessageRefusal.notAnswering(connection.state)
        }
        guard integrations[connection.flow.rawValue] != nil else {
            let off = integrations.off.first { $0.name == connection.flow.rawValue }
            throw TestMessageRefusal.flowOff(off?.offReason ?? "The flow is not known.")
        }
        guard switches.switches(for: tenant).sending else { throw TestMessageRefusal.sendingOff }
        return connection
    }

    private func isInWindow(_ moment: Timestamp) -> Bool {
        moment.adding(seconds: settings.messagingWindow) > clock.now
    }

    /// Somebody whose messages to this account came by webhook, through this connection's own flow.
    private func knownWriter(_ recipient: String, _ connection: Connection, _ rows: TenantRows) throws -> Writer? {
        for channel in [Tenancy.Channel.instagram, .messenger] {
            let claim = PatientClaim(
                accountID: connection.accountID(for: channel), flow: connection.flow, channel: channel,
                igsid: recipient, thread: nil)
            if let known = try rows.correspondence(with: claim), let last = known.conversation.lastInboundAt {
                return Writer(claim: claim, wroteAt: last)
            }
        }
        return nil
    }

    /// Somebody of whom Meta shows a message to this account.
    private func shownWriter(_ recipient: String, _ connection: Connection) async throws -> Writer? {
        guard let integration = integrations[connection.flow.rawValue], let access = AccountAccess(connection),
            pausedUntil(connection) == nil, !isMetaFailing(connection)
        else { throw TestMessageRefusal.metaSilent }
        await budget.take(connection.instagramPageID)
        let shown: [ConversationRecord]
        do {
            shown = try await integration.conversations(
                on: .instagram, with: recipient, access: access)
        } catch {
            await heed(error, of: connection, TenantHold(connection.tenantID, epoch: nil))
            switch error.kind {
            case .tokenDead, .permission, .policy: throw TestMessageRefusal.metaRefused(error)
            // Meta knows nobody of this id here.
            case .wrongRecipient, .recipientUnreachable, .gone, .content: return nil
            default: throw TestMessageRefusal.metaSilent
            }
        }
        let own = connection.ownIDs
        let theirs = shown.flatMap(\.messages).compactMap { message -> Writer? in
            guard message.from == recipient else { return nil }
            let decoded = InstagramMessageID(message.mid)
            guard let made = decoded?.createdAt ?? message.createdAt else { return nil }
            // The thread joins them to a patient who is known by another flow's id.
            let thread = decoded.flatMap { own.contains($0.account) ? [$0.account, String($0.thread)] : nil }
            let claim = PatientClaim(
                accountID: connection.accountID(for: .instagram), flow: connection.flow, channel: .instagram,
                igsid: recipient, thread: thread, username: message.fromUsername)
            return Writer(claim: claim, wroteAt: Timestamp(milliseconds: made))
        }
        return theirs.max { $0.wroteAt < $1.wroteAt }
    }
}
