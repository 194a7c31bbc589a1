import Integrations

/// What was written, what Meta accepted, and what the service says of it, when everything has come to rest.
struct CrashHistory: Sendable {
    /// A patient's message.
    struct Asked: Sendable, Hashable {
        var account: String
        var person: String
        var mid: String
    }

    /// A message that the sandbox accepted from the service.
    struct Sent: Sendable, Hashable {
        var account: String
        var person: String
        var mid: String
    }

    /// A reply as the admin API shows it, with the mid of the message it answers.
    struct Replied: Sendable, Hashable {
        var answers: String?
        var state: String
        var reason: String?
        var mid: String?
    }

    /// An event as the admin API shows it.
    struct Kept: Sendable, Hashable {
        var state: String
        var reason: String?
        var kind: String?
        var mid: String?
        /// The whole of it, for a failed test's report.
        var description = ""
    }

    /// An item of a webhook body that was answered with 200.
    struct Acknowledged: Sendable, Hashable {
        var mid: String?
        /// What makes it one: its app, its place and its bytes.
        var content: String
    }

    var asked: [Asked] = []
    var sent: [Sent] = []
    var replied: [Replied] = []
    var kept: [Kept] = []
    /// Each once, however often it was delivered.
    var acknowledged: Set<Acknowledged> = []
    /// Deliveries that Meta never got rid of.
    var undelivered = 0

    /// Everything that broke a promise.
    var faults: [String] {
        var faults: [String] = []
        if undelivered > 0 { faults.append("\(undelivered) deliveries were never acknowledged") }
        faults += lost
        for event in kept where event.state != "done" {
            faults.append("an event is \(event.state), \(event.reason ?? "no reason"): \(event.description)")
        }
        // Sends, told by the sandbox alone.
        let written = Dictionary(grouping: asked) { "\($0.account) \($0.person)" }
        for (patient, sends) in Dictionary(grouping: sent, by: { "\($0.account) \($0.person)" }) {
            let count = written[patient]?.count ?? 0
            if sends.count > count { faults.append("\(patient) wrote \(count) and was answered \(sends.count) times") }
        }
        // Each message and its reply.
        let replies = Dictionary(grouping: replied) { $0.answers ?? "" }
        let senders = Dictionary(sent.map { ($0.mid, $0) }) { first, _ in first }
        for message in asked {
            let own = replies[message.mid] ?? []
            guard own.count == 1, let reply = own.first else {
                let events = kept.filter { $0.mid == message.mid }.map(\.description)
                faults.append("\(message) has \(own.count) replies; its events: \(events)")
                continue
            }
            switch reply.state {
            case "sent":
                guard let mid = reply.mid, let send = senders[mid] else {
                    faults.append("\(reply) is called sent under a mid that Meta never gave")
                    continue
                }
                if send.person != message.person || send.account != message.account {
                    faults.append("the answer to \(message) went to \(send)")
                }
            case "held" where reply.reason != nil: break
            default: faults.append("the answer to \(message) is \(reply)")
            }
        }
        let claimed = replied.compactMap(\.mid)
        if Set(claimed).count != claimed.count { faults.append("two replies claim the same mid") }
        faults += unclaimed(Set(claimed))
        return faults
    }

    /// What was acknowledged is there: as many events about each message, not only as many in all.
    private var lost: [String] {
        let told = acknowledged.reduce(into: [:]) { $0[$1.mid, default: 0] += 1 }
        let there = kept.reduce(into: [:]) { $0[$1.mid, default: 0] += 1 }
        return Set(told.keys).union(there.keys).compactMap { mid in
            let (told, there) = (told[mid, default: 0], there[mid, default: 0])
            if told == there { return nil }
            return "\(told) events about \(mid ?? "no message") were acknowledged and \(there) are there"
        }
    }

    /// Sends that no reply claims. A held reply whose outcome is not known stands for one of them, to its own patient.
    private func unclaimed(_ claimed: Set<String>) -> [String] {
        let patients = Dictionary(asked.map { ($0.mid, "\($0.account) \($0.person)") }) { first, _ in first }
        var held: [String: Int] = [:]
        for reply in replied where reply.state == "held" && reply.reason == "outcome_unknown" {
            if let patient = reply.answers.flatMap({ patients[$0] }) { held[patient, default: 0] += 1 }
        }
        return sent.filter { !claimed.contains($0.mid) }.compactMap { send in
            let patient = "\(send.account) \(send.person)"
            if held[patient, default: 0] == 0 { return "Meta accepted \(send), and no reply stands for it" }
            held[patient, default: 0] -= 1
            return nil
        }
    }

    /// The items of a webhook body.
    static func items(of body: JSONValue, app: String) -> [Acknowledged] {
        (body["entry"]?.array ?? []).flatMap { entry in
            ["messaging", "standby", "changes"].flatMap { container in
                (entry[container]?.array ?? []).map { item in
                    let place = "\(app) \(body["object"]?.string ?? "") \(entry["id"]?.string ?? "") \(container)"
                    let mid = item.object?.compactMap { $0.value["mid"]?.string }.first
                    return Acknowledged(mid: mid, content: "\(place) \(item.text())")
                }
            }
        }
    }
}
