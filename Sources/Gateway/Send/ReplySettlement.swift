internal import Integrations
internal import Storage
internal import Tenancy

/// Moves a reply on once the outcome of one of its parts is known.
struct ReplySettlement {
    let rows: TenantRows
    let connection: Connection
    let now: Timestamp
    let makeID: () -> Identifier

    /// A part went out.
    /// - Parameters:
    ///   - mid: what Meta calls it.
    ///   - reason: how that became known.
    /// - Returns: `false` when the part had settled before.
    @discardableResult
    func sent(_ part: ReplyPart, mid: String, reason: Reply.Reason) throws -> Bool {
        guard try rows.settleSent(part.id, mid: mid, now: now), let reply = try rows.reply(part.replyID),
            let conversation = try rows.conversation(reply.conversationID)
        else { return false }
        let decoded = InstagramMessageID(mid)
        try rows.insert(
            NewMessage(
                id: MessageID(makeID()), conversationID: conversation.id, direction: .outbound,
                author: reply.author == .machine ? .machine : .person, flow: connection.flow, kind: "text", mid: mid,
                item: decoded.map { [$0.account, String($0.item)] }, text: part.text,
                sentAt: decoded.map { Timestamp(milliseconds: $0.createdAt) } ?? now, receivedAt: now, eventID: nil))
        try rows.noteSent(connection.id, now: now)
        try rows.wakeWaitingEchoes(now: now)
        let rest = reply.parts.contains { $0.state == .queued }
        try rows.move(
            reply.id, from: [.sending, .unknown, .held], to: rest ? .queued : .sent, reason: rest ? nil : reason,
            dueAt: rest ? now : nil, now: now)
        if rest { try rows.countAttemptsAnew(reply.id) }
        return true
    }

    /// An echo that is one of our sends whose outcome is open: same conversation, same text, item not older than the
    /// attempt. One echo settles one part, the oldest first.
    /// - Returns: whether there was one.
    func settle(byEcho mid: String, text: String, sentAt: Timestamp, in conversation: ConversationID) throws -> Bool {
        let open = try rows.openParts(of: conversation, includingHeld: true)
        let match = open.first { part in
            part.text == text && part.sendingAt.map { $0 <= sentAt } ?? false
        }
        guard let match else { return false }
        return try sent(match, mid: mid, reason: .echoSettled)
    }
}
