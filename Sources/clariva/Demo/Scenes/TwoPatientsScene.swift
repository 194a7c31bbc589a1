import Integrations

/// Scene 4: two patients write at the same time, partly without their names, and never get each other's answers.
struct TwoPatientsScene: DemoScene {
    let title = "Two patients at once"
    let promise = "interleaved in one batch, never mixed up"

    func play(on stage: DemoStage) async throws -> String {
        let doctor = try stage.connected(.sommer)
        let subjects = DemoRules.subjects
        try await stage.sandbox.fault("senderless_edit_only", on: doctor.username, share: 0.5)
        // Held back and let go together, so that they arrive in one POST.
        try await stage.sandbox.post("settings", ["paused": true, "batch_size": 100])
        var asked: [String: Set<String>] = [:]
        var mids: [String] = []
        for (number, subject) in subjects.enumerated() {
            let person = number.isMultiple(of: 2) ? "anna" : "bert"
            let text = "Hello, \(person) again, number \(number + 1): a question about \(subject.keyword), please"
            mids.append(try await stage.write(text, from: person, to: doctor))
            stage.expect(1, to: person, from: doctor)
            asked[person, default: []].insert(subject.answer)
        }
        try await stage.sandbox.post("settings", ["paused": false])
        stage.transcript.line(.meta, "sandbox", "delivers all \(mids.count) in one POST")
        var senderless = 0
        for mid in mids {
            let events = try await stage.settledEvents(of: mid, to: doctor)
            senderless += events.count { $0.strategy == "message_lookup" }
        }
        for (person, answers) in asked.sorted(by: { $0.key < $1.key }) {
            let sends = try await stage.replies(answers.count, to: person, from: doctor)
            stage.check(
                sends.allSatisfy { $0.text.contains("Dear \(person),") },
                "\(person) got a reply that names somebody else")
            let got = Set(sends.compactMap { send in subjects.first { send.text.contains($0.answer) }?.answer })
            stage.check(got == answers, "\(person) got answers to questions that \(person) did not ask")
        }
        try await stage.sandbox.post("settings", ["batch_size": 1])
        return "\(mids.count) messages, \(senderless) without a sender, \(mids.count) right replies"
    }
}
