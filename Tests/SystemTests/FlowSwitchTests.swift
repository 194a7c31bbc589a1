import Integrations
import Synchronization
import TestSupport
import Testing

/// A practice changes its flow while patients write: nothing is lost, and nobody is answered twice.
@Suite(.serialized, .hangLimit) struct FlowSwitchTests {
    private static let flows = ["instagram_login", "facebook_page"]

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
                // Some before, and then as fast as Meta takes them until the switch is over and a few more have come.
                for _ in 0..<5 { try await write(clinic, doctor, written) }
                let isOver = Atomic(false)
                group.addTask {
                    var left = 10
                    while left > 0 {
                        try await self.write(clinic, doctor, written)
                        if isOver.load(ordering: .acquiring) { left -= 1 }
                    }
                }
                try await switchFlow(clinic, doctor, to: flow)
                isOver.store(true, ordering: .releasing)
                try await group.waitForAll()
            }
            #expect(try await answering(clinic, doctor) == [flow])
        }
        try await clinic.sandbox.post("drain", ["retries": true])
        let people = written.people
        #expect(people.count >= 30)
        // One reply to each, by whichever way was the practice's at that moment; and nothing waits any more.
        let replies = try await poll("a reply to each", every: .milliseconds(250)) {
            () -> [JSONValue]? in
            let replies = try await clinic.list("/v1/tenants/\(doctor.tenant)/replies")
            let waiting = try await clinic.list("/v1/events?tenant_id=\(doctor.tenant)").filter { event in
                event["state"]?.string != "done"
            }
            let isAtRest = replies.allSatisfy { ["sent", "held"].contains($0["state"]?.string ?? "") }
            return replies.count >= people.count && isAtRest && waiting.isEmpty ? replies : nil
        }
        #expect(replies.count == people.count)
        let open = replies.filter { $0["state"]?.string != "sent" }
        let reason = open.first?["reason"]?.string ?? ""
        #expect(open.isEmpty, "\(open.count) of \(people.count) were not answered: \(reason)")
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
