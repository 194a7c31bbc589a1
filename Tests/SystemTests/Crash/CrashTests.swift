import Foundation
import Integrations
import Storage
import TestSupport
import Testing

/// The service is killed with SIGKILL at random moments under load, again and again on the same database.
@Suite(.serialized, .hangLimit)
struct CrashTests {
    static let rounds = 50

    /// What goes wrong at Meta meanwhile, and how often. Fewer accounts than the breaker looks for, so that faults of
    /// single calls do not stop all sending.
    static let faults: [JSONValue] = [
        ["name": "lost_answer", "operation": "send", "share": 0.1],
        ["name": "late_500", "operation": "send", "share": 0.05],
        ["name": "slow_answer", "operation": "send", "share": 0.3, "milliseconds": 250],
        ["name": "server_error", "operation": "send", "share": 0.03],
        ["name": "duplicates", "share": 0.15],
        ["name": "reorder", "share": 0.1],
        ["name": "senderless_edit_only", "flow": "instagram_login", "share": 0.1],
        ["name": "edit_before_message", "flow": "instagram_login", "share": 0.1],
        ["name": "message_lookup_500", "share": 0.05],
        ["name": "echo_missing", "share": 0.1],
        ["name": "echo_first", "share": 0.1],
    ]

    @Test func losesAndRepeatsNothingWhenItIsKilled() async throws {
        var random = SeededRandom(for: "CrashTests")
        let (clinic, service, history) = try await play(Self.rounds, &random)
        for fault in history.faults { Issue.record("\(fault) (CLARIVA_TEST_SEED=\(random.seed))") }
        print(
            "CrashTests: \(Self.rounds) kills, \(history.asked.count) messages of",
            "\(Set(history.asked.map(\.person)).count) people,",
            "\(history.acknowledged.count) events, \(history.sent.count) answers,",
            "\(history.replied.count { $0.reason == "echo_settled" }) settled by an echo,",
            "\(history.replied.count { $0.reason == "read_back" }) by reading back,",
            "\(history.replied.count { $0.state == "held" }) held")
        // The kills hit something: some sends were under way.
        #expect(history.replied.contains { $0.reason == "echo_settled" || $0.reason == "read_back" })
        // Holding a reply is allowed, but not instead of answering.
        #expect(history.replied.count { $0.state == "held" } * 10 <= history.asked.count)
        service.signal(SIGTERM)
        #expect(try await service.exitStatus() == 0)
        withExtendedLifetime(clinic) {}
    }

    /// What the real service would do if it were broken, done to it by its own database.
    static let sabotages: [(name: String, sees: String, trigger: String)] = [
        (
            "an acknowledged event is lost", "were acknowledged and",
            """
            AFTER INSERT ON events WHEN NEW.rowid % 10 = 0 BEGIN
                DELETE FROM events WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
            END
            """
        ),
        (
            "a send that may have gone out is repeated", "times",
            """
            AFTER UPDATE OF state ON replies WHEN NEW.state = 'unknown' BEGIN
                UPDATE reply_parts SET state = 'queued' WHERE reply_id = NEW.id AND state IN ('sending', 'unknown');
                UPDATE replies SET state = 'queued', due_at = 0 WHERE id = NEW.id;
            END
            """
        ),
    ]

    @Test(arguments: sabotages.indices)
    func aBrokenServiceIsCaught(_ index: Int) async throws {
        let sabotage = Self.sabotages[index]
        var random = SeededRandom(for: "CrashTests, \(sabotage.name)")
        let (_, _, history) = try await play(6, &random, trigger: sabotage.trigger)
        #expect(history.faults.contains { $0.contains(sabotage.sees) }, "\(sabotage.name): \(history.faults)")
    }

    /// - Parameter trigger: put into the database while the service runs, without its name.
    /// - Returns: the service at rest, and what it has done.
    private func play(
        _ rounds: Int, _ random: inout SeededRandom, trigger: String? = nil
    ) async throws -> (Clinic, ChildProcess, CrashHistory) {
        let clinic = try await Clinic(
            seed: random.seed, extra: ["CLARIVA_UNKNOWN_HOLD_SECONDS": "60", "CLARIVA_LOOP_GUARD_PER_HOUR": "10000"])
        var service = try await clinic.start()
        if let trigger {
            let engine = try SQLiteEngine(path: clinic.folder.appending(path: "clariva.db").path, exclusive: false)
            _ = try await engine.write(.global) { try $0.execute("CREATE TRIGGER sabotage \(trigger)", []) }
            await engine.close()
        }
        var doctors: [Doctor] = []
        for (index, flow) in ["instagram_login", "facebook_page", "instagram_login", "facebook_page"].enumerated() {
            doctors.append(try await clinic.connect("doctor_\(index)", flow: flow))
        }
        // Meta never gives up here: whatever is not acknowledged comes again.
        try await clinic.sandbox.post(
            "settings",
            ["retry_ms": .array([100, 200, 400].map { .integer($0) } + [JSONValue](repeating: 800, count: 500))])
        for fault in Self.faults { try await clinic.sandbox.post("faults", fault) }

        var history = CrashHistory()
        var people = 0
        for _ in 0..<rounds {
            for _ in 0..<Int.random(in: 4...14, using: &random) {
                // Two in three write for the first time, the others have written before.
                let isNew = people < 5 || Int.random(in: 0..<3, using: &random) > 0
                if isNew { people += 1 }
                let number = isNew ? people : Int.random(in: 1...people, using: &random)
                let doctor = doctors[number % doctors.count]
                history.asked.append(try await write(clinic, doctor, "person_\(number)"))
            }
            // The kill itself is what comes at a random moment; nothing is waited for.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
            try await service.killNow()
            service = try clinic.launch()
            // One start in eight is killed before it has begun to listen.
            if Int.random(in: 0..<8, using: &random) > 0 { _ = try await service.listeningPort() }
        }
        _ = try await service.listeningPort()
        try await clinic.sandbox.post("drain", ["retries": true])
        try await rest(clinic, doctors)
        try await collect(&history, clinic, doctors)
        return (clinic, service, history)
    }

    private func write(_ clinic: Clinic, _ doctor: Doctor, _ person: String) async throws -> CrashHistory.Asked {
        let written = try await clinic.sandbox.post(
            "messages",
            ["account": .string(doctor.username), "person": .string(person), "text": "Wann haben Sie Zeit?"])
        guard let mid = written["mid"]?.string else { throw HarnessFailure("no mid") }
        return CrashHistory.Asked(account: doctor.pageID, person: person, mid: mid)
    }

    /// Waits until nothing moves any more: all delivered, all events settled, no reply on its way.
    private func rest(_ clinic: Clinic, _ doctors: [Doctor]) async throws {
        var unrest: String?
        do {
            try await poll("rest", within: .seconds(180), every: .milliseconds(250)) { () -> Void? in
                unrest = try await self.unrest(clinic, doctors)
                return unrest == nil ? () : nil
            }
        } catch {
            throw HarnessFailure("\(error); what moves still: \(unrest ?? "not known")")
        }
    }

    /// What moves still; `nil` at rest.
    private func unrest(_ clinic: Clinic, _ doctors: [Doctor]) async throws -> String? {
        let (moving, before) = try await replies(clinic, doctors)
        if let moving { return moving }
        // Delayed echoes are no deliveries yet: a drain waits for them.
        try await clinic.sandbox.post("drain")
        for state in ["waiting", "retrying"] {
            let open = try await clinic.sandbox.get("deliveries?state=\(state)")["data"]?.array ?? []
            if let told = told("deliveries", open, ["id", "state", "statuses"]) { return told }
        }
        for state in ["received", "parked"] {
            let open = try await clinic.service.get("/v1/events?state=\(state)&limit=3")["data"]?.array ?? []
            if let told = told("events", open, ["id", "kind", "state", "reason", "attempts"]) { return told }
        }
        // Once more: the echo of what was sent meanwhile is one that the drain did not wait for.
        let (again, after) = try await replies(clinic, doctors)
        return again ?? (before == after ? nil : "\(after - before) replies have come meanwhile")
    }

    /// Replies that are not settled, and how many there are in all.
    private func replies(_ clinic: Clinic, _ doctors: [Doctor]) async throws -> (moving: String?, count: Int) {
        var count = 0
        for doctor in doctors {
            let moving = ["composing", "queued", "sending", "unknown"]
            let all = try await clinic.list("/v1/tenants/\(doctor.tenant)/replies")
            count += all.count
            let open = all.filter { moving.contains($0["state"]?.string ?? "") }
            let names = ["id", "state", "reason", "attempts"]
            if let told = told("replies of \(doctor.username)", open, names) { return (told, count) }
        }
        return (nil, count)
    }

    /// How many there are, and these members of the first few.
    private func told(_ what: String, _ open: [JSONValue], _ names: [String]) -> String? {
        if open.isEmpty { return nil }
        let few = open.prefix(3).map { item in
            names.map { "\($0) \(item[$0]?.text() ?? "-")" }.joined(separator: ", ")
        }
        return "\(open.count) \(what), such as \(few.joined(separator: "; "))"
    }

    private func collect(_ history: inout CrashHistory, _ clinic: Clinic, _ doctors: [Doctor]) async throws {
        for send in try await clinic.sandbox.get("sends")["data"]?.array ?? [] {
            history.sent.append(
                .init(
                    account: send["account"]?.string ?? "", person: send["person"]?.string ?? "",
                    mid: send["mid"]?.string ?? ""))
        }
        for delivery in try await clinic.sandbox.get("deliveries")["data"]?.array ?? [] {
            guard delivery["statuses"]?.array?.contains(where: { $0.integer == 200 }) == true else {
                history.undelivered += 1
                continue
            }
            let body = try JSONValue.parse(delivery["body"]?.string ?? "")
            history.acknowledged.formUnion(CrashHistory.items(of: body, app: delivery["app"]?.string ?? ""))
        }
        for event in try await clinic.list("/v1/events") {
            history.kept.append(
                .init(
                    state: event["state"]?.string ?? "", reason: event["reason"]?.string,
                    kind: event["kind"]?.string, mid: event["mid"]?.string, description: event.text()))
        }
        for doctor in doctors {
            var mids: [String: String] = [:]
            for conversation in try await clinic.list("/v1/tenants/\(doctor.tenant)/conversations") {
                let id = conversation["id"]?.string ?? ""
                for message in try await clinic.list("/v1/tenants/\(doctor.tenant)/conversations/\(id)/messages") {
                    mids[message["id"]?.string ?? ""] = message["mid"]?.string
                }
            }
            for reply in try await clinic.list("/v1/tenants/\(doctor.tenant)/replies") {
                history.replied.append(
                    .init(
                        answers: reply["in_reply_to"]?.string.flatMap { mids[$0] }, state: reply["state"]?.string ?? "",
                        reason: reply["reason"]?.string, mid: reply["mid"]?.string))
            }
        }
    }
}
