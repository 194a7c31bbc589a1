import Integrations

/// Scene 7: the token dies. Nothing is lost, and the doctor's reconnect sends what waited.
struct TokenDeathScene: DemoScene {
    let title = "A token dies"
    let promise = "replies held, events kept, then all sent"

    func play(on stage: DemoStage) async throws -> String {
        let doctor = try stage.connected(.sommer)
        try await stage.sandbox.post("kill-token", ["account": .string(doctor.username), "subcode": 460])
        stage.transcript.line(.meta, "sandbox", "the token of \(doctor.username) is dead: 190/460")
        _ = try await stage.write("Is the practice open on Friday?", from: "hugo", to: doctor)
        stage.expect(1, to: "hugo", from: doctor)
        let dead = try await until("the connection asks for a reconnect") {
            try await stage.service.connections(of: doctor.tenantID).first {
                $0["state"]?.string == "reconnect_required"
            }
        }
        let reason = dead["state_reason"]?.string ?? "none"
        stage.transcript.line(.service, doctor.username, "connection reconnect_required, \(reason)")
        stage.check(reason == "token_dead", "the connection's reason is \(reason) instead of token_dead")
        let held = try await until("the reply to hugo is held") {
            try await stage.service.replies(of: doctor.tenantID).first { $0["state"]?.string == "held" }
        }
        stage.transcript.line(.service, doctor.username, "reply held, \(held["reason"]?.string ?? "none")")
        stage.check(
            held["reason"]?.string == "waiting_for_reconnect",
            "the reply is held for \(held["reason"]?.string ?? "nothing")")
        let late = try await stage.write("And on Saturday?", from: "maja", to: doctor)
        stage.expect(1, to: "maja", from: doctor)
        let parked = try await until("the event of maja is kept") {
            try await stage.service.events(tenant: doctor.tenantID, state: "parked").first { $0.mid == late }
        }
        stage.transcript.line(.service, doctor.username, "event kept: \(parked.outcome)")
        stage.check(
            parked.outcome == "parked/connection_not_active", "the event of maja is \(parked.outcome)")
        try await reconnect(doctor, connection: dead["id"]?.string ?? "", on: stage)
        let events = try await stage.settledEvents(of: late, to: doctor)
        stage.check(
            events.first?.outcome == "done/replied", "the kept event ended as \(events.first?.outcome ?? "lost")")
        try await stage.replies(1, to: "hugo", from: doctor)
        try await stage.replies(1, to: "maja", from: doctor)
        return "1 reply held, 1 event kept, 2 replies later"
    }

    private func reconnect(_ doctor: DemoDoctor, connection: String, on stage: DemoStage) async throws {
        let link = try await stage.service.post("/v1/tenants/\(doctor.tenantID)/connections/\(connection)/reconnect")
        stage.check(link["purpose"]?.string == "reconnect", "the link is for \(link["purpose"]?.string ?? "nothing")")
        guard let url = link["url"]?.string else { throw DemoFailure("the reconnect link has no address") }
        try await DemoConnect(doctor: doctor, stage: stage).walk(url)
        try await until("\(doctor.username) is active again") {
            try await stage.service.connections(of: doctor.tenantID).contains { $0["state"]?.string == "active" }
                ? true : nil
        }
        stage.transcript.line(.service, doctor.username, "connection active again")
    }
}
