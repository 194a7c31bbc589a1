internal import Integrations
internal import Tenancy

/// `message_edit`: noise beside a message, a message in disguise, or a real edit.
extension EventWork {
    func edit(_ lookup: LookupResult?) throws -> EventProcessor.Step {
        let message = try rows.message(mid: item.mid)
        if item.item.editCount ?? 0 > 0 { return try realEdit(of: message, lookup) }
        if message == nil, lookup == nil, let held = hold() { return held }
        return try isOwn ? echo(from: nil) : inbound(lookup)
    }

    /// The `message` of an unknown edit usually comes within seconds, with sender and text: it is worth the wait.
    ///
    /// It counts from now, not from the arrival: after a pause the `message` may lie right behind the edit.
    private func hold() -> EventProcessor.Step? {
        guard item.event.reason != .awaitingMessage, item.event.attempts == 0, settings.editHold > 0 else { return nil }
        return .settled(EventVerdict(.received, .awaitingMessage, dueAt: now.adding(seconds: settings.editHold)))
    }

    /// The text changes; no second reply, but one that has not begun to go out is composed anew.
    func realEdit(of message: Message?, _ lookup: LookupResult?) throws -> EventProcessor.Step {
        guard let message else {
            if lookup == nil, let held = hold() { return held }
            // Nobody delivered the message, and it was edited at once: it is as good as the message itself.
            // An older one belongs to a time before the account was connected.
            guard let decoded = item.decoded, let edited = item.item.timestamp, edited - decoded.createdAt < 120_000
            else {
                return done(.editNoise)
            }
            return try isOwn ? echo(from: nil) : inbound(lookup)
        }
        guard let text = item.item.text else { return try done(.editNoise, seen: message) }
        try rows.edit(message.id, text: text, at: Timestamp(milliseconds: item.item.timestamp ?? now.milliseconds))
        if let reply = try rows.automatedReply(to: message.id), let rule = reply.rule,
            let conversation = try rows.conversation(message.conversationID)
        {
            let outcome = try match(text: text, kinds: [message.kind], sentAt: message.sentAt, in: conversation)
            var name = rule
            if case .reply(let better) = outcome { name = better.name }
            try rows.recompose(reply.id, rule: name, now: now)
        }
        return try done(.editApplied, seen: message)
    }
}
