/// Scene 3: `message_edit` without a sender, answered on evidence, however little of it Meta gives.
struct SenderlessScene: DemoScene {
    let title = "Edits without a sender"
    let promise = "answered once, on evidence for that message"

    /// One message that comes without its sender.
    fileprivate struct Case {
        var doctor: DemoDoctor
        var person: String
        var text: String
        var mid: String
        /// What its answered event must rest on.
        var strategy: String
        /// The ends of its events, in any order.
        var outcomes: [String]
    }

    private static let onlyEdit = "senderless_edit_only"

    func play(on stage: DemoStage) async throws -> String {
        let sommer = try stage.connected(.sommer)
        let winter = try stage.connected(.winter)
        var strategies: [String: Int] = [:]
        func judge(_ cases: [Case]) async throws {
            for entry in cases {
                strategies[try await self.judge(entry, on: stage), default: 0] += 1
            }
        }
        stage.transcript.line(.meta, "sandbox", "knows each message when it is asked for it")
        try await judge([
            try await write(.init(onlyEdit: "nina", to: sommer, "message_lookup"), on: stage, fault: Self.onlyEdit),
            try await write(.init(onlyEdit: "olaf", to: winter, "message_lookup"), on: stage, fault: Self.onlyEdit),
            try await write(.init(pair: "petra", to: sommer), on: stage, fault: "edit_before_message"),
            try await write(.init(pair: "quinn", to: winter), on: stage, fault: "senderless_edit_with_message"),
            try await write(.init(pair: "rosa", to: sommer), on: stage, fault: "edit_with_sender"),
        ])
        stage.transcript.line(.meta, "sandbox", "answers 500 to message lookups; for dr_winter to conversations too")
        try await stage.sandbox.fault("message_lookup_500", on: sommer.username)
        try await stage.sandbox.fault("message_lookup_500", on: winter.username)
        try await stage.sandbox.fault("server_error", on: winter.username, operation: "conversation")
        try await judge([
            try await write(
                .init(onlyEdit: "sven", to: sommer, "conversation_lookup"), on: stage, fault: Self.onlyEdit),
            try await write(.init(onlyEdit: "tara", to: winter, "conversation_list"), on: stage, fault: Self.onlyEdit),
        ])
        stage.transcript.line(.meta, "sandbox", "lists no conversations either: only the thread is known, from before")
        try await stage.sandbox.fault("conversations_empty", on: sommer.username)
        _ = try await stage.settledReplies(of: sommer)
        try await judge([
            try await write(.init(onlyEdit: "nina", to: sommer, "thread"), on: stage, fault: Self.onlyEdit)
        ])
        let count = strategies.values.reduce(0, +)
        return "\(count) messages, \(strategies.count) kinds of evidence, \(count) replies"
    }

    private func write(_ entry: Case, on stage: DemoStage, fault: String) async throws -> Case {
        var entry = entry
        try await stage.sandbox.fault(fault, on: entry.doctor.username, times: 1, milliseconds: 200)
        entry.mid = try await stage.write(entry.text, from: entry.person, to: entry.doctor, told: fault)
        stage.expect(1, to: entry.person, from: entry.doctor)
        return entry
    }

    /// - Returns: the strategy by which the sender was found.
    private func judge(_ entry: Case, on stage: DemoStage) async throws -> String {
        let events = try await stage.settledEvents(of: entry.mid, to: entry.doctor, count: entry.outcomes.count)
        let answered = events.first { $0.reason == "replied" }
        let told = events.map { $0.kind + " " + $0.outcome }.joined(separator: ", ")
        stage.transcript.line(
            .service, entry.doctor.username, "\(entry.person): \(told); evidence: \(answered?.strategy ?? "none")")
        stage.check(
            events.map(\.outcome).sorted() == entry.outcomes.sorted(),
            "the message of \(entry.person) ended as \(told) instead of \(entry.outcomes.joined(separator: ", "))")
        stage.check(
            answered?.strategy == entry.strategy,
            "the sender \(entry.person) rests on \(answered?.strategy ?? "nothing") instead of \(entry.strategy)")
        try await stage.replies(1, to: entry.person, from: entry.doctor)
        return answered?.strategy ?? "none"
    }
}

extension SenderlessScene.Case {
    /// A message of which only the edit is delivered.
    fileprivate init(onlyEdit person: String, to doctor: DemoDoctor, _ strategy: String) {
        self.init(
            doctor: doctor, person: person, text: "Hello, this is \(person): may I ask you something?", mid: "",
            strategy: strategy, outcomes: ["done/replied"])
    }

    /// A message whose edit comes beside it.
    fileprivate init(pair person: String, to doctor: DemoDoctor) {
        self.init(
            doctor: doctor, person: person, text: "Good evening, \(person) here with a question", mid: "",
            strategy: "payload", outcomes: ["done/replied", "done/edit_noise"])
    }
}
