import Integrations

/// Scene 10: somebody of the practice answers from the Instagram app; the machine steps back.
struct TakeoverScene: DemoScene {
    let title = "A person takes over"
    let promise = "automation pauses there and nowhere else"

    func play(on stage: DemoStage) async throws -> String {
        let doctor = try stage.connected(.winter)
        let first = try await stage.write("I have a question about my bill", from: "xaver", to: doctor)
        stage.expect(1, to: "xaver", from: doctor)
        _ = try await stage.settledEvents(of: first, to: doctor)
        try await stage.replies(1, to: "xaver", from: doctor)
        _ = try await stage.settledReplies(of: doctor)
        let text = "Ben Winter here: I will look at your bill today"
        stage.keepSecret(text)
        let echo = try await stage.sandbox.post(
            "person-reply", ["account": .string(doctor.username), "person": "xaver", "text": .string(text)])
        stage.transcript.line(.plain, doctor.owner, "answers xaver himself: “\(text)”")
        _ = try await stage.settledEvents(of: echo["mid"]?.string ?? "", to: doctor)
        let conversation = try await until("the conversation with xaver is paused") {
            let list = try await stage.service.get("/v1/tenants/\(doctor.tenantID)/conversations", [("limit", "100")])
            return list["data"]?.array?.first { conversation in
                conversation["patient"]?["username"]?.string == "xaver"
                    && conversation["automation"]?.string == "paused"
            }
        }
        stage.transcript.line(
            .service, doctor.username,
            "automation paused until \(conversation["paused_until"]?.string ?? "further notice")")
        let second = try await stage.write("Thank you, doctor!", from: "xaver", to: doctor)
        let events = try await stage.settledEvents(of: second, to: doctor)
        stage.transcript.line(.service, doctor.username, "xaver: \(events.first?.outcome ?? "lost")")
        stage.check(
            events.first?.outcome == "done/automation_paused",
            "the message after the takeover ended as \(events.first?.outcome ?? "lost")")
        let other = try await stage.write("Good day, I am new here", from: "yara", to: doctor)
        stage.expect(1, to: "yara", from: doctor)
        _ = try await stage.settledEvents(of: other, to: doctor)
        try await stage.replies(1, to: "yara", from: doctor)
        return "1 conversation paused, 1 message left to a person"
    }
}
