internal import Integrations
internal import Tenancy

/// Settles a part whose outcome is unknown by reading the conversation (docs/architecture.md, "The way of an event").
/// Pure: readings in, verdict out.
///
/// Two readings that both show the message being answered and not our reply mean it was not sent. A reading that shows
/// our reply means it was. A reading without the message being answered proves nothing.
struct ReadBack: Sendable {
    /// Seconds from the unknown outcome to the first reading.
    static let firstWait = 2
    /// Seconds between readings.
    static let nextWait = 10
    /// Readings that must show its absence; one between them that proves nothing does not count.
    static let readings = 2
    /// Seconds from `sending` for which Meta may still carry the send out, whatever became of the connection: the transport
    /// waits 20 s for an answer. An absence that is seen before proves nothing for what comes after.
    static let horizon = 25

    /// What one reading showed.
    enum Reading: Sendable, Hashable {
        /// Our reply is there under this id.
        case present(mid: String)
        /// The message being answered is there and our reply is not.
        case absent
        /// Nothing follows from it.
        case proofless
    }

    /// - Parameters:
    ///   - answered: mid of the message being answered.
    ///   - part: the part in question.
    ///   - own: every id of the account.
    ///   - isTaken: whether a mid is known as another message.
    static func read(
        _ conversation: ConversationRecord, answered: String, part: ReplyPart, own: Set<String>,
        isTaken: (String) throws -> Bool
    ) rethrows -> Reading {
        // Newest first: of several with the same text the oldest that fits is the one.
        for message in conversation.messages.reversed() {
            guard let from = message.from, own.contains(from), message.text == part.text,
                isNotOlder(message, than: part.sendingAt), try !isTaken(message.mid)
            else { continue }
            return .present(mid: message.mid)
        }
        // The same text after the message being answered, under an id that nobody claims: ours, if the two clocks differ.
        let doubtful = try conversation.messages.prefix { $0.mid != answered }.contains { message in
            try message.from.map(own.contains) ?? false && message.text == part.text && !isTaken(message.mid)
        }
        if doubtful { return .proofless }
        return conversation.messages.contains { $0.mid == answered } ? .absent : .proofless
    }

    /// The mid tells microseconds, `created_time` only whole seconds.
    private static func isNotOlder(_ message: MessageRecord, than sendingAt: Timestamp?) -> Bool {
        guard let sendingAt else { return false }
        if let decoded = InstagramMessageID(message.mid) { return decoded.createdAt >= sendingAt.milliseconds }
        guard let created = message.createdAt else { return false }
        return created / 1000 >= sendingAt.milliseconds / 1000
    }

    /// What follows from a reading.
    enum Verdict: Sendable, Hashable {
        case sent(mid: String)
        /// Certainly not sent: back to the queue.
        case notSent
        /// Read again then.
        case again(Timestamp, countsAbsence: Bool)
        /// Given up: visible, and no longer in the way.
        case held
    }

    static func judge(_ reading: Reading, part: ReplyPart, now: Timestamp, hold: Int) -> Verdict {
        let deadline = (part.unknownAt ?? now).adding(seconds: hold)
        let horizon = (part.sendingAt ?? part.unknownAt ?? now).adding(seconds: Self.horizon)
        switch reading {
        case .present(let mid): return .sent(mid: mid)
        case .absent where part.absentReadings + 1 >= Self.readings && now >= horizon: return .notSent
        case .absent: return .again(max(now.adding(seconds: nextWait), horizon), countsAbsence: true)
        case .proofless where now >= deadline: return .held
        case .proofless: return .again(min(now.adding(seconds: nextWait), deadline), countsAbsence: false)
        }
    }
}
