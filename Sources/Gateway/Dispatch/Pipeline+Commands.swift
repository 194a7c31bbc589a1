internal import Integrations
internal import Storage
public import Tenancy

/// What people ask of the pipeline through the admin API.
extension Pipeline: PipelineCommands {
    /// Makes a parked or failed event due again, and wakes the dispatchers.
    /// - Returns: `false` where there is none, or its payload is gone.
    public func replay(
        event: EventID, tenant: TenantID, noting note: AuditNote?, by author: AuditAuthor
    ) async throws -> Bool {
        let now = clock.now
        let replayed = try await store.write(tenant) { rows in
            guard try rows.replayEvent(event, now: now) else { return false }
            if let note { try rows.audit(note, by: author, now: now) }
            return true
        }
        if replayed { wake() }
        return replayed
    }

    /// Queues a held or failed reply again. A held one may have gone out already: whoever asks vouches that it did not.
    /// - Parameter claim: of the request that asks for it: what it has done before is not done again.
    /// - Returns: whether the reply was in one of these states.
    public func retry(
        reply: ReplyID, tenant: TenantID, by author: AuditAuthor, claim: RequestClaim?
    ) async throws -> Bool {
        let now = clock.now
        let queued = try await store.write(tenant) { rows in
            try rows.once(claim) {
                guard try rows.retry(reply, now: now) else { return nil }
                try rows.audit(AuditNote(.replyRetry, reply.description), by: author, now: now)
                return reply.raw
            } != nil
        }
        if queued { wake() }
        return queued
    }

    /// Gives up a reply that is being composed, queued or held; what is on its way cannot be called back.
    /// - Parameter claim: of the request that asks for it: what it has done before is not done again.
    /// - Returns: whether the reply was in one of these states.
    public func cancel(
        reply: ReplyID, tenant: TenantID, by author: AuditAuthor, claim: RequestClaim?
    ) async throws -> Bool {
        let now = clock.now
        let cancelled = try await store.write(tenant) { rows in
            try rows.once(claim) {
                let moved = try rows.move(
                    reply, from: [.composing, .queued, .held], to: .cancelled, reason: .requested, dueAt: nil, now: now)
                guard moved else { return nil }
                try rows.audit(AuditNote(.replyCancel, reply.description), by: author, now: now)
                return reply.raw
            } != nil
        }
        // The next of its conversation no longer waits for it.
        if cancelled { wake() }
        return cancelled
    }

    /// Queues a person's own message, split to the channel's limit; it may be sent until the messaging window ends.
    /// The machine steps back.
    /// - Parameter claim: of the request that asks for it; one that queued its message before is given that one.
    /// - Returns: the reply; `nil` where there is no such conversation.
    public func sendPersonsMessage(
        _ text: String, conversation id: ConversationID, tenant: TenantID, by author: AuditAuthor, claim: RequestClaim?
    ) async throws -> Reply? {
        let now = clock.now
        let personsReply = personsReply
        let until = now.adding(seconds: settings.takeoverPause)
        let reply = try await store.write(tenant) { rows -> Reply? in
            let made = try rows.once(claim) {
                guard let conversation = try rows.conversation(id) else { return nil }
                let reply = personsReply(text, conversation, nil, now)
                try rows.insert(reply)
                // What comes too late to be sent is no answer.
                if now < reply.windowEndsAt { try rows.stepBack(in: conversation, until: until, now: now) }
                let note = AuditNote(
                    .conversationMessage, id.description, detail: ["reply": .word(reply.id.description)])
                try rows.audit(note, by: author, now: now)
                return reply.id.raw
            }
            return try made.flatMap { try rows.reply(ReplyID($0.id)) }
        }
        if reply != nil { wake() }
        return reply
    }

    /// A person's own words as a reply.
    /// - Parameter openedAt: when the messaging window began; `nil` where the conversation's own last message tells.
    @Sendable func personsReply(
        _ text: String, _ conversation: Conversation, _ openedAt: Timestamp?, _ now: Timestamp
    ) -> Reply {
        let id = store.makeID(now: now, of: Reply.self)
        let parts = TextSplitter(conversation.channel.textLimit).split(text).enumerated().map { position, text in
            ReplyPart(id: store.makeID(now: now), replyID: id, position: position, text: text, state: .queued)
        }
        let opened = openedAt ?? conversation.lastInboundAt ?? conversation.createdAt
        return Reply(
            id: id, conversationID: conversation.id, inReplyTo: nil, eventID: nil, author: .person, rule: nil,
            text: text, state: .queued, windowEndsAt: opened.adding(seconds: settings.messagingWindow), dueAt: now,
            createdAt: now, parts: parts)
    }

    /// Turns the machine on or off in one conversation.
    /// - Parameter until: when a pause ends by itself; `nil` for never.
    /// - Returns: whether there is such a conversation.
    public func setAutomation(
        conversation: ConversationID, tenant: TenantID, state: Tenant.Automation, until: Timestamp?,
        by author: AuditAuthor
    ) async throws -> Bool {
        let now = clock.now
        var detail: [String: AuditValue] = ["state": .word(state.rawValue)]
        if let until { detail["until"] = .word(until.rfc3339) }
        let note = AuditNote(.conversationAutomation, conversation.description, detail: detail)
        return try await store.write(tenant) { rows in
            guard try rows.setAutomation(state, until: until, of: conversation) else { return false }
            try rows.audit(note, by: author, now: now)
            return true
        }
    }
}
