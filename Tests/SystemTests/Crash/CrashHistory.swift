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

    var asked: [Asked] = []
    var sent: [Sent] = []
    var replied: [Replied] = []
    var kept: [Kept] = []
    /// Items of the bodies that were answered with 200, each once however often it was delivered.
    var acknowledged: Set<String> = []
    /// Deliveries that Meta never got rid of.
    var undelivered = 0

    /// Everything that broke a promise.
    var faults: [String] {
        var faults: [String] = []
        if undelivered > 0 { faults.append("\(undelivered) deliveries were never acknowledged") }
        if kept.count != acknowledged.count {
            faults.append("\(acknowledged.count) events were acknowledged and \(kept.count) are there")
        }
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
        for send in sent where !claimed.contains(send.mid) && !replied.contains(where: { $0.state == "held" }) {
            faults.append("Meta accepted \(send), and no reply stands for it")
        }
        return faults
    }

    /// The items of a webhook body, each named by what makes it one.
    static func items(of body: JSONValue, app: String) -> [String] {
        (body["entry"]?.array ?? []).flatMap { entry in
            ["messaging", "standby", "changes"].flatMap { container in
                (entry[container]?.array ?? []).map { item in
                    "\(app) \(body["object"]?.string ?? "") \(entry["id"]?.string ?? "") \(container) \(item.text())"
                }
            }
        }
    }
}
