import Storage

/// Holds a chaos run against what is promised.
struct ChaosVerdict: Sendable {
    /// What is promised, in the order of the table.
    enum Promise: String, Sendable, CaseIterable {
        case nothingLost = "events acknowledged and lost"
        case storedOnce = "events stored twice"
        case delivered = "webhooks never acknowledged"
        case answeredOnce = "patients answered twice"
        case answered = "messages without a reply"
        case inOrder = "order inversions within a conversation"
        case settled = "events and replies neither settled nor visibly held"
        case rarelyHeld = "replies held or given up"
        case noCrash = "processes that crashed"
    }

    /// Each with its ids, so that it can be looked for.
    private(set) var faults: [Promise: [String]] = [:]
    /// How many replies may be held or given up.
    let heldAllowed: Int
    let held: Int

    /// - Parameter history: at rest.
    init(_ history: ChaosHistory) {
        heldAllowed = history.faultedSends / 1000
        let stuck = history.replied.filter { ["held", "failed", "expired", "cancelled"].contains($0.state) }
        held = stuck.count
        if held > heldAllowed {
            faults[.rarelyHeld] = stuck.map { "\($0.id) to \($0.answers ?? "-") is \($0.state), \($0.reason ?? "-")" }
        }
        if history.undelivered > 0 { note(.delivered, "\(history.undelivered) deliveries") }
        for crash in history.crashes { note(.noCrash, crash) }
        judgeEvents(history)
        judgeReplies(history)
        judgeSends(history)
        judgeQueueOrder(history)
        judgeArrivalOrder(history)
    }

    /// How many cases of a kind there are, whether or not they are allowed.
    func count(_ promise: Promise) -> Int {
        promise == .rarelyHeld ? held : faults[promise]?.count ?? 0
    }

    /// How many of a kind are allowed.
    func allowed(_ promise: Promise) -> Int { promise == .rarelyHeld ? heldAllowed : 0 }

    var isKept: Bool { faults.isEmpty }

    private mutating func note(_ promise: Promise, _ text: String) {
        faults[promise, default: []].append(text)
    }

    /// What was acknowledged is there, once: as many different events about each message as were answered with 200.
    private mutating func judgeEvents(_ history: ChaosHistory) {
        struct Key: Hashable {
            var account: String
            var mid: String?
        }
        let told = history.acknowledged.reduce(into: [:]) { $0[Key(account: $1.account, mid: $1.mid), default: 0] += 1 }
        var there = history.kept.reduce(into: [:]) { $0[Key(account: $1.account, mid: $1.mid), default: 0] += $1.count }
        // Where the run did not come to rest: what an event is about is written down as it is processed.
        var unread = there.filter { $0.key.mid == nil && told[$0.key] == nil }
        for key in unread.keys { there[key] = nil }
        for key in Set(told.keys).union(there.keys) {
            var (told, there) = (told[key, default: 0], there[key, default: 0])
            let account = Key(account: key.account, mid: nil)
            while there < told, let left = unread[account], left > 0 {
                unread[account] = left - 1
                there += 1
            }
            let text = "\(told) acknowledged and \(there) there about \(key.mid ?? "no message") of \(key.account)"
            if there < told { note(.nothingLost, text) }
            // One whose acknowledgement was lost on the way comes again until it is acknowledged.
            if there > told { note(.storedOnce, text) }
        }
        for event in history.kept where event.state != "done" {
            let what = "\(event.count) events about \(event.mid ?? "no message")"
            note(.settled, "\(what) are \(event.state), \(event.reason ?? "-")")
        }
    }

    /// Each message has one reply, and each reply is settled or visibly held.
    private mutating func judgeReplies(_ history: ChaosHistory) {
        let replies = Dictionary(grouping: history.replied) { $0.answers ?? "" }
        let events = Dictionary(grouping: history.kept) { $0.mid ?? "" }
        for message in history.asked {
            switch replies[message.mid]?.count ?? 0 {
            case 0:
                let reasons = events[message.mid]?.map { "\($0.count) \($0.state) (\($0.reason ?? "-"))" } ?? []
                note(
                    .answered,
                    "\(message.mid) of \(message.conversation), its events: \(reasons.joined(separator: ", "))")
            case 1: break
            default: note(.answeredOnce, "\(message.mid) of \(message.conversation) has several replies")
            }
        }
        for reply in history.replied {
            let isSettled =
                switch reply.state {
                case "sent": reply.parts.allSatisfy { $0.state == "sent" && $0.mid != nil } && !reply.parts.isEmpty
                case "held", "failed", "expired", "cancelled": reply.reason != nil
                default: false
                }
            if !isSettled {
                note(.settled, "reply \(reply.id) is \(reply.state), its parts \(reply.parts.map(\.state))")
            }
        }
    }

    /// What Meta accepted is what the replies claim: each send belongs to one part of one reply, to the one who asked.
    private mutating func judgeSends(_ history: ChaosHistory) {
        let conversations = Dictionary(history.asked.map { ($0.mid, $0.conversation) }) { first, _ in first }
        let sends = Dictionary(history.sent.map { ($0.mid, $0) }) { first, _ in first }
        var claimed: Set<String> = []
        // A reply that is held, or that never came to an end, may have gone out: each of its open parts stands for one
        // send to its own patient.
        var excused: [String: Int] = [:]
        for reply in history.replied {
            let conversation = reply.answers.flatMap { conversations[$0] }
            for part in reply.parts {
                guard let mid = part.mid else {
                    if ["sending", "unknown"].contains(part.state), let conversation {
                        excused[conversation, default: 0] += 1
                    }
                    continue
                }
                if !claimed.insert(mid).inserted { note(.answeredOnce, "two replies claim the send \(mid)") }
                if sends[mid] == nil { note(.settled, "reply \(reply.id) claims \(mid), which Meta never gave") }
                if let send = sends[mid], let conversation, send.conversation != conversation {
                    note(.answeredOnce, "the reply to \(conversation) went to \(send.conversation)")
                }
            }
        }
        for send in history.sent where !claimed.contains(send.mid) {
            if excused[send.conversation, default: 0] > 0 {
                excused[send.conversation, default: 0] -= 1
            } else {
                note(.answeredOnce, "\(send.conversation) got \(send.mid), for which no reply stands")
            }
        }
        // By the sandbox's books alone: nobody gets the same text more often than they wrote.
        let written = history.asked.reduce(into: [:]) { $0[$1.conversation, default: 0] += 1 }
        let got = history.sent.reduce(into: [:]) { $0[[$1.conversation, $1.text], default: 0] += 1 }
        for (key, count) in got where count > written[key[0], default: 0] {
            note(.answeredOnce, "\(key[0]) wrote \(written[key[0], default: 0]) times and was answered \(count) times")
        }
    }

    /// Replies of a conversation went out in queue order, and the parts of each in theirs.
    private mutating func judgeQueueOrder(_ history: ChaosHistory) {
        let order = Dictionary(history.sent.map { ($0.mid, $0.seq) }) { first, _ in first }
        for replies in Dictionary(grouping: history.replied, by: \.conversation).values {
            var last: (seq: Int, reply: Identifier)?
            for reply in replies.sorted(by: { $0.id < $1.id }) {
                for seq in reply.parts.compactMap({ $0.mid.flatMap { order[$0] } }) {
                    if let last, seq < last.seq {
                        note(.inOrder, "reply \(reply.id) went out before \(last.reply), which was queued earlier")
                    }
                    last = (seq, reply.id)
                }
            }
        }
    }

    /// Messages that came with their sender, one after the other (the first was acknowledged before the next was first
    /// posted), were answered in that order.
    private mutating func judgeArrivalOrder(_ history: ChaosHistory) {
        let order = Dictionary(history.sent.map { ($0.mid, $0.seq) }) { first, _ in first }
        let answers = Dictionary(
            history.replied.compactMap { reply in
                reply.parts.first?.mid.flatMap { order[$0] }.flatMap { seq in reply.answers.map { ($0, seq) } }
            }
        ) { first, _ in first }
        let direct = Dictionary(
            history.acknowledged.filter(\.isDirect).compactMap { item in item.mid.map { ($0, item) } }
        ) { first, second in first.acknowledged < second.acknowledged ? first : second }
        for messages in Dictionary(grouping: history.asked, by: \.conversation).values where messages.count > 1 {
            let known = messages.compactMap { message -> (mid: String, item: DeliveryBook.Item, seq: Int)? in
                guard let item = direct[message.mid], let seq = answers[message.mid] else { return nil }
                return (message.mid, item, seq)
            }
            let byEnd = known.sorted { $0.item.acknowledged < $1.item.acknowledged }
            var latest: (mid: String, seq: Int)?
            var index = 0
            for next in known.sorted(by: { $0.item.posted < $1.item.posted }) {
                // Two machines' clocks agree to the millisecond at best.
                while index < byEnd.count, byEnd[index].item.acknowledged + 2 < next.item.posted {
                    let ended = byEnd[index]
                    if ended.seq > latest?.seq ?? 0 { latest = (ended.mid, ended.seq) }
                    index += 1
                }
                if let latest, next.seq < latest.seq {
                    note(.inOrder, "\(next.mid) was answered before \(latest.mid), which had come before it")
                }
            }
        }
    }
}
