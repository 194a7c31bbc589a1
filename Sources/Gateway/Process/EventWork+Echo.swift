internal import Integrations
internal import Tenancy

/// Echoes: our own replies come back, and people answer from the Instagram app.
extension EventWork {
    /// How long an echo waits before it looks again whether the conversation's sends have settled, in seconds.
    private static let waitForSends = 2

    /// - Parameter evidence: where Meta had to be asked, what it said; the recipient is the patient then.
    func echo(from evidence: SenderEvidence?) throws -> EventProcessor.Step {
        if item.item.isSelf { return done(.ownAccount) }
        if let part = try rows.part(mid: item.mid) {
            if item.item.senderID == nil, part.mid != nil { try rows.noteSenderlessOwn(connection.id) }
            return done(.echo)
        }
        if try rows.knows(mid: item.mid) { return done(.echo) }
        // The other flow may show the same send under another mid.
        if let key = item.itemKey, try rows.message(item: key, notThrough: item.flow)?.direction == .outbound {
            return done(.echo)
        }
        guard let conversation = try conversation(evidence) else { return done(.echo) }
        let text = evidence?.text ?? item.item.text
        let settlement = ReplySettlement(rows: rows, connection: connection, now: now, makeID: makeID)
        if let text, try settlement.settle(byEcho: item.mid, text: text, sentAt: item.sentAt, in: conversation.id) {
            return done(.echo)
        }
        // Whose it is can only be told once every send that was open as it arrived has settled with another mid.
        guard try rows.openParts(of: conversation.id).isEmpty else {
            return .settled(EventVerdict(.received, nil, dueAt: now.adding(seconds: Self.waitForSends)))
        }
        // What one of our own apps sent is no person's, even where it is not known which reply it was.
        if let app = item.item.appID, settings.ownAppIDs.contains(app) { return done(.echo) }
        try takeOver(conversation, text: text)
        return done(.echo)
    }

    private func conversation(_ evidence: SenderEvidence?) throws -> Conversation? {
        if let thread = item.thread, let place = try rows.correspondence(ofThread: thread) { return place.conversation }
        let peers = [item.item.recipientID].compactMap { $0 } + (evidence?.to ?? [])
        guard let peer = peers.first(where: check.admits) else { return nil }
        return try rows.correspond(claim(peer), now: now, makeID: makeID).conversation
    }

    /// A person answered from the app: the machine steps back.
    private func takeOver(_ conversation: Conversation, text: String?) throws {
        try rows.insert(message(in: conversation, author: .person, text: text))
        // An echo that was kept while the account was disconnected says nothing about today.
        let until = item.sentAt.adding(seconds: settings.takeoverPause)
        guard until > now else { return }
        try rows.stepBack(in: conversation, until: until, now: now)
    }
}
