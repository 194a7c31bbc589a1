import Integrations
import Synchronization
import TestSupport
import Testing

/// A practice changes its flow while patients write: nothing is lost, and nobody is answered twice.
@Suite(.serialized, .hangLimit) struct FlowSwitchTests {
    private static let flows = ["instagram_login", "facebook_page"]
    /// So many write during a switch at most.
    private static let most = 100

    /// There, and back again.
    @Test(arguments: TestEngine.allCases)
    func messagesKeepArrivingWhileTheFlowIsSwitched(_ engine: TestEngine) async throws {
        let database = try await engine == .postgres ? ServiceDatabase() : nil
        var extra = ["CLARIVA_LOOP_GUARD_PER_HOUR": "10000"]
        if let database { extra["CLARIVA_DATABASE_URL"] = database.url }
        // Both of Meta's apps are subscribed for a while: what arrives twice is one message.
        let clinic = try await Clinic(seed: 5, extra: extra)
        let service = try await clinic.start()
        let doctor = try await clinic.connect("doctor_switching", flow: Self.flows[0])
        let written = Written()
        for flow in [Self.flows[1], Self.flows[0]] {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Some before, as fast as Meta takes them while the switch is going on, and a few behind it. A switch that
                // takes long must not make more of them than can be answered.
                for _ in 0..<5 { try await write(clinic, doctor, written) }
                let isOver = Atomic(false)
                group.addTask {
                    for _ in 0..<Self.most where !isOver.load(ordering: .acquiring) {
                        try await self.write(clinic, doctor, written)
                    }
                }
                try await switchFlow(clinic, doctor, to: flow)
                isOver.store(true, ordering: .releasing)
                try await group.waitForAll()
                for _ in 0..<10 { try await write(clinic, doctor, written) }
            }
            #expect(try await answering(clinic, doctor) == [flow])
        }
        try await clinic.sandbox.post("drain", ["retries": true])
        let people = written.people
        #expect(people.count >= 30)
        // One reply to each, by whichever way was the practice's at that moment; and nothing waits any more.
        var open: [JSONValue] = []
        var replies: [JSONValue] = []
        do {
            try await poll("a reply to each", every: .milliseconds(250)) { () -> Void? in
                replies = try await clinic.list("/v1/tenants/\(doctor.tenant)/replies")
                let waiting = try await clinic.list("/v1/events?tenant_id=\(doctor.tenant)").filter { event in
                    event["state"]?.string != "done"
                }
                open = replies.filter { !["sent", "held"].contains($0["state"]?.string ?? "") } + waiting
                return replies.count >= people.count && open.isEmpty ? () : nil
            }
        } catch {
            Issue.record("\(replies.count) replies to \(people.count), open: \(open.map { $0.text() })")
            throw error
        }
        #expect(replies.count == people.count)
        let held = replies.filter { $0["state"]?.string != "sent" }
        let reason = held.first?["reason"]?.string ?? ""
        #expect(held.isEmpty, "\(held.count) of \(people.count) were not answered: \(reason)")
        let sends = try await sends(clinic, doctor)
        #expect(sends.count == Set(sends).count, "somebody was answered twice")
        #expect(Set(sends) == Set(people))
        try await service.killNow()
    }

    private final class Written: Sendable {
        private let names = Mutex<[String]>([])
        var people: [String] { names.withLock { $0 } }
        func next() -> String {
            names.withLock { names in
                names.append("person_\(names.count)")
                return names[names.count - 1]
            }
        }
    }

    private func write(_ clinic: Clinic, _ doctor: Doctor, _ written: Written) async throws {
        try await clinic.sandbox.post(
            "messages",
            ["account": .string(doctor.username), "person": .string(written.next()), "text": "Wann haben Sie Zeit?"])
    }

    private func switchFlow(_ clinic: Clinic, _ doctor: Doctor, to flow: String) async throws {
        let answer = try await clinic.service.put("/v1/tenants/\(doctor.tenant)/flow", ["flow": .string(flow)])
        guard let link = answer["connect_link"]?["url"]?.string else {
            throw HarnessFailure("no link to switch with")
        }
        try await clinic.follow(link, as: doctor.username)
    }

    /// Flows of the connections that answer.
    private func answering(_ clinic: Clinic, _ doctor: Doctor) async throws -> [String] {
        try await clinic.list("/v1/tenants/\(doctor.tenant)/connections").filter { connection in
            connection["state"]?.string == "active"
        }.compactMap { $0["flow"]?.string }
    }

    /// Who was answered, as often as Meta took an answer.
    private func sends(_ clinic: Clinic, _ doctor: Doctor) async throws -> [String] {
        try await clinic.sandbox.get("sends?account=\(doctor.username)")["data"]?.array?
            .compactMap { $0["person"]?.string } ?? []
    }
}
