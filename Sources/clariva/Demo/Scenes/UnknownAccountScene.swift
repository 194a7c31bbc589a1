import Integrations

/// Scene 9: an event of an account that nobody has connected waits for its owner.
struct UnknownAccountScene: DemoScene {
    let title = "An unknown account"
    let promise = "unrouted, then adopted and answered"

    func play(on stage: DemoStage) async throws -> String {
        let lenz = DemoDoctor.lenz
        let account = try await stage.sandbox.post(
            "accounts",
            [
                "username": .string(lenz.username), "name": .string(lenz.practice), "owner": .string(lenz.owner),
                "connect": [.string(lenz.flow)],
            ])
        let id = account["instagram_page_id"]?.string ?? ""
        let mid = try await stage.write("Are you taking new patients?", from: "wanda", to: lenz)
        let unrouted = try await until("the event is parked") {
            try await stage.service.events(account: id, state: "parked").first { $0.mid == mid }
        }
        stage.transcript.line(.service, "service", "account \(id) is nobody's: \(unrouted.outcome)")
        stage.check(unrouted.outcome == "parked/unrouted", "the event is \(unrouted.outcome) instead of unrouted")
        let tenant = try await ConnectingScene.makeTenant(lenz, on: stage)
        try await ConnectingScene.connect(tenant, on: stage)
        let doctor = try stage.connected(.lenz)
        stage.check(doctor.instagramPageID == id, "another account was connected")
        stage.expect(1, to: "wanda", from: doctor)
        let events = try await stage.settledEvents(of: mid, to: doctor)
        stage.transcript.line(.service, doctor.username, "adopts the event: \(events.first?.outcome ?? "lost")")
        stage.check(events.first?.outcome == "done/replied", "the event ended as \(events.first?.outcome ?? "lost")")
        let left = try await stage.service.events(account: id, state: "parked")
        stage.check(left.isEmpty, "\(left.count) events of the account are still parked")
        try await stage.replies(1, to: "wanda", from: doctor)
        return "1 event kept, adopted and answered"
    }
}
