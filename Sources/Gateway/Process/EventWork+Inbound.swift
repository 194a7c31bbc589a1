internal import Integrations
internal import Tenancy

/// Messages of patients: who wrote, whether it is known already, and whether it is answered.
extension EventWork {
    /// A message, a button, or an edit that stands for a message nobody delivered.
    /// - Parameter lookup: what Meta said about the sender, once it was asked.
    func inbound(_ lookup: LookupResult?) throws -> EventProcessor.Step {
        if let settled = try known() { return settled }
        if let recipient = item.item.recipientID, !ownIDs.contains(recipient) {
            // Neither from the account nor to it: our own message under another id scope.
            return done(.ownAccount)
        }
        if let evidence = payload.evidence(for: item) { return try record(evidence) }
        return try senderless(lookup)
    }

    /// Whether this very message is known already, in whatever shape and through whichever flow it came before.
    private func known() throws -> EventProcessor.Step? {
        if try rows.part(mid: item.mid) != nil { return try ownMessage() }
        guard let seen = try store.sighting(of: item) else { return nil }
        let message = seen.message
        if seen.isCopy {
            // It is one message, but that its two senders are one patient is proven by neither mid nor thread: the
            // addresses stay apart.
            if try replyWithoutAddress(to: message) != nil || isDueAfterStandby(message) { return nil }
            return try done(.duplicate, seen: message)
        }
        guard message.direction == .inbound else { return try ownMessage() }
        if let text = item.item.text { try rows.fill(message.id, text: text) }
        if let sender = payloadSender, let conversation = try rows.conversation(message.conversationID) {
            // Seen with another flow's address too: one patient, on the evidence of one mid.
            _ = try rows.correspond(claim(sender), known: conversation, now: now, makeID: makeID)
        }
        if let answered = try answerAfterStandby(message) { return answered }
        return try done(item.item.kind == .edit ? .editNoise : .duplicate, seen: message)
    }

    /// Decides on a message that was recorded as a bystander and is ours to answer now.
    private func answerAfterStandby(_ message: Message) throws -> EventProcessor.Step? {
        guard try isDueAfterStandby(message), let conversation = try rows.conversation(message.conversationID),
            let evidence = try payload.evidence(for: item) ?? store.evidence(of: message)
        else { return nil }
        let reason = try decide(
            on: message.id, text: message.text ?? item.item.text, kinds: kinds(evidence), sentAt: message.sentAt,
            in: conversation)
        return done(reason, strategy: evidence.strategy, igsid: evidence.from)
    }

    /// The account itself wrote it. Where that comes without a sender, a thread no longer tells who wrote.
    private func ownMessage() throws -> EventProcessor.Step {
        if item.item.kind == .edit, item.item.senderID == nil { try rows.noteSenderlessOwn(connection.id) }
        return done(.echo)
    }

    /// The reply to the other flow's copy, which came first, where it cannot go out: the connection answers through this
    /// flow, and only this copy has an address for it. Then this copy is the one that is answered.
    private func replyWithoutAddress(to copy: Message) throws -> Reply? {
        guard item.flow == connection.flow, copy.flow != connection.flow,
            let reply = try rows.automatedReply(to: copy.id), reply.attempts == 0
        else { return nil }
        return [.composing, .queued, .held].contains(reply.state) ? reply : nil
    }

    /// Nobody is named: what Meta can tell, then what the thread tells, else the event waits.
    private func senderless(_ lookup: LookupResult?) throws -> EventProcessor.Step {
        switch lookup {
        case nil:
            guard item.item.mid != nil else { return park(.senderUnresolved) }
            if let until = processor.pausedUntil(connection) { return park(.senderUnresolved, notBefore: until) }
            return .lookUp(item, connection.id)
        case .throttled(let seconds, _):
            let until = now.adding(seconds: seconds)
            try rows.pause(connection.id, until: until)
            return park(.senderUnresolved, notBefore: until)
        case .tokenDead(let asked, let token) where asked != connection.id || token != connection.token:
            // That token was replaced while it was asked with: its death says nothing of this one.
            return .settled(EventVerdict(.received, nil, dueAt: now))
        case .tokenDead:
            // While many accounts fail at once it is not the accounts: the connection stays, the event is tried again.
            if processor.isMetaFailing(connection) { return park(.senderUnresolved) }
            try rows.setState(of: connection.id, to: .reconnectRequired, reason: .tokenDead, now: now)
            return .settled(EventVerdict(.parked, .connectionNotActive))
        case .found(let evidence) where ownIDs.contains(evidence.from):
            // From now on a thread no longer tells who wrote on this connection.
            try rows.noteSenderlessOwn(connection.id)
            return try echo(from: evidence)
        case .found(let evidence) where check.admits(evidence.from):
            return try record(evidence)
        case .found, .nothing:
            switch try ThreadRung(rows: rows, connection: connection, check: check).answer(for: item) {
            case .evidence(let evidence): return try record(evidence)
            case .directionUnknown: return park(.directionUnknown)
            case .nothing: return park(.senderUnresolved)
            }
        }
    }

    /// Kept, visible, and tried again until the messaging window is over.
    private func park(_ reason: Event.Reason, notBefore: Timestamp? = nil) -> EventProcessor.Step {
        let waits = [15, 60, 300, 900, 3_600, 7_200]
        let windowEnd = item.sentAt.adding(seconds: settings.messagingWindow)
        guard now < windowEnd else { return done(.outsideWindow) }
        let wait = now.adding(seconds: waits[min(item.event.attempts, waits.count - 1)])
        // The last look is at the window's end, so that evidence which comes late is still of use.
        let next = min(max(wait, notBefore ?? wait), windowEnd)
        return .settled(EventVerdict(.parked, reason, dueAt: next, countsAttempt: true))
    }

    /// Records the message and decides on its reply, in one transaction.
    func record(_ evidence: SenderEvidence) throws -> EventProcessor.Step {
        // Given up no earlier: this copy may have to wait for its sender, and until then that reply is there to be seen.
        if let copy = try store.copy(of: item), let reply = try replyWithoutAddress(to: copy) {
            try rows.move(
                reply.id, from: [reply.state], to: .cancelled, reason: .wrongRecipient, dueAt: nil, now: now)
        }
        let (message, conversation) = try keep(evidence)
        let reason = try decide(
            on: message.id, text: message.text, kinds: kinds(evidence), sentAt: message.sentAt, in: conversation)
        return done(reason, strategy: evidence.strategy, igsid: evidence.from)
    }

    /// Records the message with its patient; nothing is decided yet.
    func keep(_ evidence: SenderEvidence) throws -> (message: NewMessage, conversation: Conversation) {
        var claim = claim(evidence.from, username: evidence.username)
        // An id that a look-up gave is one of the flow that was asked.
        if evidence.strategy.asksMeta { claim.flow = connection.flow }
        let place = try rows.correspond(claim, now: now, makeID: makeID)
        let message = message(
            in: place.conversation, author: .patient, text: evidence.text ?? item.item.text,
            kind: kinds(evidence).first)
        try rows.insert(message)
        try rows.wakeEvents(awaiting: item.mid, now: now)
        return (message, place.conversation)
    }

    private func kinds(_ evidence: SenderEvidence) -> [String] {
        evidence.contentKinds.isEmpty ? [item.contentKind] : evidence.contentKinds
    }

    /// Whether the message is answered, and why not.
    private func decide(
        on message: MessageID, text: String?, kinds: [String], sentAt: Timestamp, in conversation: Conversation
    ) throws -> Event.Reason {
        if isSharedThread { return .ownAccount }
        if conversation.optedOut { return .optedOut }
        guard tenant.automation == .on, conversation.answers(at: now) else { return .automationPaused }
        let windowEnd = sentAt.adding(seconds: settings.messagingWindow)
        guard now < windowEnd else { return .outsideWindow }
        let recent = try rows.automatedReplies(in: conversation.id, since: now.adding(seconds: -3_600))
        guard recent < settings.loopGuardPerHour else { return .loopGuard }
        switch try match(text: text, kinds: kinds, sentAt: sentAt, in: conversation) {
        case .noRule:
            return .noRule
        case .cooldown:
            return .cooldown
        case .reply(let rule):
            let reply = Reply(
                id: ReplyID(makeID()), conversationID: conversation.id, inReplyTo: message, eventID: item.event.id,
                author: .machine, rule: rule.name, text: nil, state: .composing, windowEndsAt: windowEnd, dueAt: now,
                createdAt: now)
            return try rows.insert(reply) ? .replied : .duplicate
        }
    }

    /// The tenant's rules on one message.
    func match(
        text: String?, kinds: [String], sentAt: Timestamp, in conversation: Conversation
    ) throws -> RuleMatcher.Outcome {
        try RuleMatcher(tenant.replyRules, timezone: tenant.timezone).match(
            kinds: Set(kinds), text: text, now: sentAt
        ) { rule in try rows.lastUse(ofRule: rule.name, in: conversation.id) }
    }
}
