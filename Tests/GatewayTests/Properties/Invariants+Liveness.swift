import MetaSandbox
import Tenancy

@testable import Gateway
@testable import MetaSandbox

/// What became of a patient's message.
enum Outcome: Hashable {
    case answered
    /// Not answered, and one can see why.
    case excused(String)
    /// Not answered, and nothing tells why.
    case forgotten(String)
}

/// That the service does its work: the other invariants would hold for one that never answers.
extension Invariants {
    /// Reasons of events that say why a message gets no answer.
    private static let silences: Set<Event.Reason> = [
        .automationPaused, .outsideWindow, .ownAccount, .noRule, .cooldown, .optedOut, .loopGuard, .senderUnresolved,
        .directionUnknown,
    ]

    /// What became of each message that the service was told of.
    func outcomes() -> [Outcome] {
        let told = Dictionary(grouping: events) { books.number($0.mid) }
        let replies = Dictionary(grouping: desks.flatMap(\.replies)) { answered(by: $0) }
        return history.written.compactMap { written in
            let number = books.number(written.message.mid)
            // A delivery that was never acknowledged: Meta gave it up.
            guard let own = told[number] else { return nil }
            return outcome(of: written, events: own, replies: replies[number] ?? [])
        }
    }

    private func outcome(of written: History.Written, events: [Event], replies: [Reply]) -> Outcome {
        let going = replies.filter { !isGivenUp($0) }
        if let reply = going.first {
            if reply.state == .sent { return .answered }
            let isAtRest = reply.state.isSettled || reply.state == .held
            if isAtRest, let reason = reply.reason { return .excused("\(reply.state): \(reason.rawValue)") }
            return .forgotten("its reply is \(reply.state), \(reply.reason?.rawValue ?? "no reason")")
        }
        if written.message.mids.values.contains(where: takenBack.contains) { return .excused("taken back") }
        if let reason = events.lazy.compactMap(\.reason).first(where: Self.silences.contains) {
            return .excused(reason.rawValue)
        }
        // Two connected accounts: the reply was given up when the other side's thread became known.
        if History.doctors.contains(where: { $0.name == written.message.person }) { return .excused("own account") }
        let reasons = events.map { "\($0.app) \($0.kind ?? "?") \($0.state) \($0.reason?.rawValue ?? "-")" }
        return .forgotten("no reply to \(written.message.person) at \(written.account): \(reasons.sorted())")
    }

    func everyMessageIsAnsweredOrTold() -> String? {
        for case .forgotten(let why) in outcomes() { return why }
        return nil
    }
}
