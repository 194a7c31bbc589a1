/// Scene 5: nobody can tell who wrote. The event waits, visibly, until a later one names the peer of its thread.
struct UnresolvableScene: DemoScene {
    let title = "The unresolvable event"
    let promise = "parked, never guessed, answered when known"

    func play(on stage: DemoStage) async throws -> String {
        let doctor = try stage.connected(.sommer)
        try await stage.sandbox.fault("message_lookup_500", on: doctor.username)
        try await stage.sandbox.fault("conversations_empty", on: doctor.username)
        try await stage.sandbox.fault("senderless_edit_only", on: doctor.username, times: 1)
        stage.transcript.line(.meta, "sandbox", "lookups answer 500, no conversation is listed, the thread is new")
        let first = try await stage.write("Can somebody call me back about my knee?", from: "gina", to: doctor)
        let parked = try await until("the event of gina is parked") {
            try await stage.service.events(tenant: doctor.tenantID, state: "parked").first { $0.mid == first }
        }
        stage.transcript.line(
            .service, doctor.username, "GET /v1/events?state=parked: \(parked.kind) \(parked.outcome)")
        stage.check(
            parked.outcome == "parked/sender_unresolved", "the event is \(parked.outcome) instead of sender_unresolved")
        let early = try await stage.sandbox.sends(account: doctor.instagramPageID, person: "gina")
        stage.check(early.isEmpty, "gina was answered before anybody could know that it was her")
        let second = try await stage.write("It is me again, about the knee", from: "gina", to: doctor)
        stage.expect(2, to: "gina", from: doctor)
        let named = try await stage.settledEvents(of: second, to: doctor)
        let resolved = try await stage.settledEvents(of: first, to: doctor, within: .seconds(25))
        stage.transcript.line(
            .service, doctor.username,
            "the second names its sender (\(named.first?.strategy ?? "none")); the first is "
                + "\(resolved.first?.outcome ?? "lost") now, evidence: \(resolved.first?.strategy ?? "none")")
        stage.check(
            resolved.first?.outcome == "done/replied" && resolved.first?.strategy == "thread",
            "the parked event ended as \(resolved.first?.outcome ?? "lost") by \(resolved.first?.strategy ?? "nothing")"
        )
        try await stage.replies(2, to: "gina", from: doctor)
        return "1 event parked, 0 guesses, then 2 replies"
    }
}
