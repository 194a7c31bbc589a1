import MetaSandbox
import Tenancy

@testable import Gateway
@testable import MetaSandbox

/// Who is answered, how often, and in which order.
extension Invariants {
    /// The message that a reply answers, by its number in Meta's books.
    func answered(by reply: Reply) -> Int? { books.number(reply.inReplyTo.flatMap { mids[$0] }) }

    /// Of the two flows' copies of one message the first may have been given up for the second, before anything was
    /// sent: that is no answer.
    func isGivenUp(_ reply: Reply) -> Bool {
        reply.state == .cancelled && reply.reason == .wrongRecipient && reply.attempts == 0
    }

    /// At most one automated reply to each message that a patient wrote, however often and in whatever flow it came.
    func oneMessageOneReply() -> String? {
        var seen: Set<Int> = []
        for desk in desks {
            for reply in desk.replies where reply.author == .machine && !isGivenUp(reply) {
                guard let message = answered(by: reply) else { return "a reply answers nothing that Meta knows" }
                if !seen.insert(message).inserted { return "\(desk.practice.account.username) answers a message twice" }
            }
        }
        return nil
    }

    /// Every send that Meta accepted is one part of one reply. Where an outcome is not known, that reply stands for one
    /// send to the same person.
    func nothingIsSentWithoutAReply() -> String? {
        var claimed: Set<Int> = []
        var open: [ThreadKey: Int] = [:]
        for reply in desks.flatMap(\.replies) {
            for part in reply.parts {
                if let mid = part.mid {
                    guard let number = books.number(mid) else { return "a part has an id that Meta never gave" }
                    if !claimed.insert(number).inserted { return "two parts are one send" }
                } else if part.state == .unknown, let message = answered(by: reply) {
                    open[books.thread(message), default: 0] += 1
                }
            }
        }
        for send in books.sends {
            guard let number = books.number(send.mid), !claimed.contains(number) else { continue }
            let thread = books.thread(number)
            if open[thread, default: 0] == 0 { return "\(send.person) got a message that no reply stands for" }
            open[thread, default: 0] -= 1
        }
        return nil
    }

    func repliesGoToTheWriter() -> String? {
        let resolved = Set(events.filter { $0.strategy != nil }.map(\.id))
        for reply in desks.flatMap(\.replies) where reply.author == .machine {
            guard let event = reply.eventID, resolved.contains(event) else { return "a reply rests on no evidence" }
            guard let message = answered(by: reply) else { continue }
            for part in reply.parts {
                guard let sent = books.number(part.mid) else { continue }
                let (writer, recipient) = (books.thread(message), books.thread(sent))
                if writer != recipient {
                    return "\(writer.person) wrote on \(writer.channel), \(recipient.person) was answered"
                }
            }
        }
        return nil
    }

    func neverToOneself() -> String? {
        let own = desks.map(\.practice.account)
        let names = Set(own.map(\.username))
        let ids = Set(own.flatMap { [$0.id, $0.appScopedID, $0.pageID ?? ""] })
        if books.sends.contains(where: { ids.contains($0.recipient) }) { return "an account's own id was written to" }
        // The very first answer may be on its way before the other side's thread is known; a loop is not.
        let loops = books.sends.count { names.contains($0.person) }
        return loops > 1 ? "\(loops) replies between connected accounts" : nil
    }

    /// The loop guard counts what was decided on within the hour; when it goes out is another matter.
    func nobodyIsAnsweredForEver() -> String? {
        for desk in desks {
            let counted = desk.replies.filter {
                $0.author == .machine && ![.cancelled, .expired, .failed].contains($0.state)
            }
            for talk in Dictionary(grouping: counted, by: \.conversationID).values {
                for reply in talk {
                    let since = reply.createdAt.adding(seconds: -3_600)
                    let count = talk.count { $0.createdAt > since && $0.createdAt <= reply.createdAt }
                    if count > History.loopGuard { return "\(count) replies in an hour" }
                }
            }
        }
        return nil
    }

    func repliesKeepTheirOrder() -> String? {
        let order = Dictionary(books.sends.map { (books.number($0.mid) ?? 0, $0.seq) }) { first, _ in first }
        for desk in desks {
            for (_, conversation) in Dictionary(grouping: desk.replies, by: \.conversationID) {
                let seqs = conversation.flatMap(\.parts).compactMap { books.number($0.mid).flatMap { order[$0] } }
                if seqs == seqs.sorted() { continue }
                let told = conversation.map { reply in
                    "\(reply.state)/\(reply.reason?.rawValue ?? "-") attempts \(reply.attempts) "
                        + reply.parts.map { part in
                            let seq = books.number(part.mid).flatMap { order[$0] } ?? 0
                            return "\(part.state) #\(seq) since \(part.sendingAt?.milliseconds ?? 0)"
                        }.joined(separator: ", ")
                }
                return "replies of a conversation went out as \(seqs): \(told)"
            }
        }
        return nil
    }
}
