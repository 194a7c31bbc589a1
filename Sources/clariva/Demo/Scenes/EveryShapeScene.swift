import Integrations
import MetaSandbox

/// Scene 2: every shape in which Meta delivers, stamped anew, signed and delivered to both practices.
struct EveryShapeScene: DemoScene {
    let title = "Every payload shape"
    let promise = "each ends as it should, with one reply or none"

    /// What was delivered of one shape.
    private struct Delivered {
        var shape: DemoShape
        var doctor: DemoDoctor
        var person: String
        var events: [String]
    }

    func play(on stage: DemoStage) async throws -> String {
        let sommer = try stage.connected(.sommer)
        let winter = try stage.connected(.winter)
        // Echoes of our own replies would stand between the shapes' events.
        for doctor in [sommer, winter] { try await stage.sandbox.fault("echo_missing", on: doctor.username) }
        var plan: [(shape: DemoShape, doctor: DemoDoctor, person: String)] = []
        for (number, sample) in SamplePayloads.all.enumerated() {
            guard let shape = DemoShape(sample.name, json: "\(sample.json)") else {
                stage.check(false, "the demo does not know what becomes of \(sample.name)")
                continue
            }
            for doctor in shape.isOfPage ? [winter] : shape.isTest ? [sommer] : [sommer, winter] {
                plan.append((shape, doctor, "patient_\(number + 1)_\(doctor.username.dropFirst(3))"))
            }
        }
        try await prepare(plan.filter(\.shape.refersBack), on: stage)
        var delivered: [Delivered] = []
        for (shape, doctor, person) in plan { delivered.append(try await deliver(shape, doctor, person, on: stage)) }
        return try await judge(delivered, on: stage)
    }

    /// What refers to an earlier message (an edit, a reaction, a read) needs one, and its reply.
    private func prepare(
        _ plan: [(shape: DemoShape, doctor: DemoDoctor, person: String)], on stage: DemoStage
    ) async throws {
        for (shape, doctor, person) in plan {
            let channel = shape.isOfPage ? "messenger" : "instagram"
            let text = "Good morning to all of you in the practice"
            stage.keepSecret(text)
            try await stage.sandbox.post(
                "messages",
                [
                    "account": .string(doctor.username), "person": .string(person), "channel": .string(channel),
                    "text": .string(text),
                ])
            stage.expect(1, to: person, from: doctor)
        }
        stage.transcript.line(
            .patient, "\(plan.count) patients", "write first, as an edit or a reaction needs an earlier message")
        for doctor in [DemoDoctor.sommer, .winter] {
            let doctor = try stage.connected(doctor)
            let count = plan.count { $0.doctor.username == doctor.username }
            try await until("\(count) first messages to \(doctor.username) are answered") {
                try await stage.sandbox.sends(account: doctor.instagramPageID).count >= count ? true : nil
            }
            _ = try await stage.settledReplies(of: doctor)
        }
    }

    /// Delivers a shape and finds the events that came of it.
    private func deliver(
        _ shape: DemoShape, _ doctor: DemoDoctor, _ person: String, on stage: DemoStage
    ) async throws -> Delivered {
        let before = Set(try await stage.service.events(limit: 5).map(\.id))
        let sent = try await stage.sandbox.post(
            "restamp",
            ["account": .string(doctor.username), "person": .string(person), "template": shape.template])
        let statuses = sent["posted"]?.array?.compactMap { $0["status"]?.integer } ?? []
        stage.check(
            statuses.count == shape.outcomes.count && statuses.allSatisfy { $0 == 200 },
            "\(shape.name) was answered \(statuses)")
        stage.expect(shape.replies, to: person, from: doctor)
        let events = try await stage.service.events(limit: 5).filter { !before.contains($0.id) }
        stage.check(
            events.count == shape.outcomes.count,
            "\(shape.name) to \(doctor.username) became \(events.count) events instead of \(shape.outcomes.count)")
        return Delivered(shape: shape, doctor: doctor, person: person, events: events.map(\.id).reversed())
    }

    private func judge(_ delivered: [Delivered], on stage: DemoStage) async throws -> String {
        let wanted = Set(delivered.flatMap(\.events))
        let found = try await until("all shapes are processed", within: .seconds(20)) {
            let events = try await stage.service.events(limit: 200).filter { wanted.contains($0.id) }
            return events.count == wanted.count && events.allSatisfy(\.isDone) ? events : nil
        }
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        for (name, entries) in Self.byShape(delivered) {
            let told = entries.map { entry in
                let outcomes = entry.events.compactMap { byID[$0]?.outcome }
                stage.check(
                    outcomes == entry.shape.outcomes,
                    "\(name) to \(entry.doctor.username): \(outcomes) instead of \(entry.shape.outcomes)")
                return "\(entry.doctor.username) " + outcomes.joined(separator: " and ")
            }
            stage.transcript.line(.patient, name, told.joined(separator: ", "))
        }
        var replies = 0
        for doctor in Set(delivered.map(\.doctor.username)).sorted() {
            replies += try await answers(to: delivered.filter { $0.doctor.username == doctor }, on: stage)
        }
        let shapes = Set(delivered.map(\.shape.name)).count
        return "\(shapes) shapes, \(found.count) events, \(replies) replies"
    }

    /// One line of the transcript for each shape, in the order of delivery.
    private static func byShape(_ delivered: [Delivered]) -> [(name: String, entries: [Delivered])] {
        var lines: [(name: String, entries: [Delivered])] = []
        for entry in delivered {
            if lines.last?.name == entry.shape.name {
                lines[lines.count - 1].entries.append(entry)
            } else {
                lines.append((entry.shape.name, [entry]))
            }
        }
        return lines
    }

    /// Compares one practice's accepted sends with the books.
    private func answers(to delivered: [Delivered], on stage: DemoStage) async throws -> Int {
        guard let doctor = delivered.first?.doctor else { return 0 }
        let people = Set(delivered.map(\.person))
        let expected = stage.expected.filter {
            $0.key.account == doctor.instagramPageID && people.contains($0.key.person)
        }
        let total = expected.values.reduce(0, +)
        let sends = try await until("\(doctor.username) has sent \(total) replies", within: .seconds(20)) {
            let sends = try await stage.sandbox.sends(account: doctor.instagramPageID)
            return sends.count >= total ? sends : nil
        }
        for (pair, count) in expected.sorted(by: { $0.key.person < $1.key.person }) {
            let got = sends.filter { $0.person == pair.person }
            stage.check(got.count == count, "\(pair.person) got \(got.count) replies instead of \(count)")
        }
        stage.transcript.line(
            .reply, doctor.username, "has answered: \(sends.count) replies, as many as there had to be")
        return sends.count
    }
}
