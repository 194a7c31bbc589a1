import Integrations

/// Scene 6: Meta delivers again, late, and through both apps.
struct RepeatsScene: DemoScene {
    let title = "Repeated deliveries"
    let promise = "duplicates and both apps: one reply each"

    func play(on stage: DemoStage) async throws -> String {
        let doctor = try stage.connected(.sommer)
        let twice = try await duplicates(to: doctor, on: stage)
        let through = try await bothApps(to: doctor, on: stage)
        return "\(twice + through) deliveries of 4 messages, 4 replies"
    }

    /// The same bytes twice, and once more later.
    private func duplicates(to doctor: DemoDoctor, on stage: DemoStage) async throws -> Int {
        try await stage.sandbox.fault("duplicates", on: doctor.username, times: 1)
        let mid = try await stage.write(
            "Do you speak Dutch in your practice?", from: "ivo", to: doctor, told: "delivered twice")
        stage.expect(1, to: "ivo", from: doctor)
        _ = try await stage.settledEvents(of: mid, to: doctor)
        try await stage.replies(1, to: "ivo", from: doctor)
        let delivery = try await stage.sandbox.deliveries(of: doctor.instagramPageID).last { delivery in
            delivery["body"]?.string?.contains("Dutch") == true
        }
        guard let id = delivery?["id"] else { throw DemoFailure("the sandbox has forgotten its delivery") }
        try await stage.sandbox.post("redeliver", ["id": id])
        stage.transcript.line(.meta, "sandbox", "delivers the same bytes a third time")
        let event = try await until("the redelivery is counted") {
            try await stage.service.events(ofMessage: mid, tenant: doctor.tenantID).first { $0.deliveries >= 3 }
        }
        let events = try await stage.service.events(ofMessage: mid, tenant: doctor.tenantID)
        stage.check(events.count == 1, "\(events.count) events came of one message")
        stage.transcript.line(.service, doctor.username, "1 event, \(event.deliveries) deliveries, \(event.outcome)")
        return Int(event.deliveries)
    }

    /// The account's webhooks come through the Meta app as well, as after a switch of the flow.
    private func bothApps(to doctor: DemoDoctor, on stage: DemoStage) async throws -> Int {
        try await stage.sandbox.post(
            "accounts", ["username": .string(doctor.username), "connect": ["facebook_page"]])
        stage.transcript.line(.meta, "sandbox", "delivers \(doctor.username) through both apps now")
        var count = 0
        let people = ["jule", "kai", "lena"]
        var mids: [String] = []
        for person in people {
            mids.append(try await stage.write("Hello from \(person), twice over", from: person, to: doctor))
            stage.expect(1, to: person, from: doctor)
        }
        for (person, mid) in zip(people, mids) {
            let events = try await stage.settledEvents(of: mid, to: doctor, count: 2)
            count += events.count
            let told = events.map { "\($0.app) \($0.outcome)" }.joined(separator: ", ")
            stage.transcript.line(.service, doctor.username, "\(person): \(told)")
            stage.check(
                events.map(\.outcome).sorted() == ["done/duplicate", "done/replied"],
                "the message of \(person) ended as \(told)")
            try await stage.replies(1, to: person, from: doctor)
        }
        try await stage.sandbox.post(
            "drop-subscription", ["account": .string(doctor.username), "flow": "facebook_page"])
        return count
    }
}
