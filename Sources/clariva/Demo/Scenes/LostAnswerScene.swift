import Integrations

/// Scene 8: Meta delivers the reply, but its answer to us is lost.
struct LostAnswerScene: DemoScene {
    let title = "Meta's answer is lost"
    let promise = "unknown, then settled, never sent twice"

    func play(on stage: DemoStage) async throws -> String {
        let doctor = try stage.connected(.winter)
        // The echo comes late, so that the unknown state can be seen.
        try await stage.sandbox.post("settings", ["echo_delay_ms": 800])
        let echoed = try await lose("uwe", "echo_settled", to: doctor, on: stage)
        try await stage.sandbox.post("settings", ["echo_delay_ms": 200])
        try await stage.sandbox.fault("echo_missing", on: doctor.username)
        let read = try await lose("vera", "read_back", to: doctor, on: stage)
        return "2 lost: \(echoed) and \(read)"
    }

    private func lose(
        _ person: String, _ expected: String, to doctor: DemoDoctor, on stage: DemoStage
    ) async throws -> String {
        try await stage.sandbox.fault("lost_answer", on: doctor.username, times: 1, operation: "send")
        try await stage.write("Hello, \(person) with a short question", from: person, to: doctor)
        stage.expect(1, to: person, from: doctor)
        let unknown = try await until("the reply to \(person) is unknown") {
            try await stage.service.replies(of: doctor.tenantID).first { $0["state"]?.string == "unknown" }
        }
        stage.transcript.line(.service, doctor.username, "reply unknown: sent, but no answer came")
        let settled = try await until("the reply to \(person) has settled", within: .seconds(20)) {
            let path = "/v1/tenants/\(doctor.tenantID)/replies/\(unknown["id"]?.string ?? "")"
            let reply = try await stage.service.get(path)
            return reply["state"]?.string == "unknown" ? .none : .some(reply)
        }
        let reason = settled["reason"]?.string ?? "nothing"
        stage.transcript.line(.service, doctor.username, "reply \(settled["state"]?.string ?? ""), \(reason)")
        stage.check(
            settled["state"]?.string == "sent" && reason == expected,
            "the reply to \(person) ended as \(settled["state"]?.string ?? "") by \(reason) instead of \(expected)")
        try await stage.replies(1, to: person, from: doctor)
        return reason
    }
}
