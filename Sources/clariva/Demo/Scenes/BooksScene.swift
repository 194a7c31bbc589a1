import Foundation
import Integrations

/// The end: every reply that Meta accepted is compared with the books, and the logs are read.
struct BooksScene: DemoScene {
    let title = "The books"
    let promise = "nobody left out, nobody answered twice"

    func play(on stage: DemoStage) async throws -> String {
        try await stage.sandbox.post("drain", ["retries": true])
        for doctor in stage.doctors { _ = try await stage.settledReplies(of: doctor) }
        let sends = try await stage.sandbox.sends()
        var got: [DemoStage.Pair: Int] = [:]
        for send in sends { got[DemoStage.Pair(account: send.account, person: send.person), default: 0] += 1 }
        for pair in Set(got.keys).union(stage.expected.keys).sorted(by: { $0.person < $1.person }) {
            let (expected, there) = (stage.expected[pair] ?? 0, got[pair] ?? 0)
            stage.check(expected == there, "\(pair.person) got \(there) replies instead of \(expected)")
        }
        // Every greeting names the patient it was sent to; Messenger shows no user names.
        for send in sends where send.text.hasPrefix("Dear ") {
            stage.check(
                send.text.hasPrefix("Dear \(send.person),"), "\(send.person) got a reply that names somebody else")
        }
        stage.transcript.line(.meta, "sandbox", "accepted \(sends.count) replies to \(got.count) people")
        let failed = try await stage.service.events(state: "failed")
        stage.check(failed.isEmpty, "\(failed.count) events failed")
        let lines = lookIntoLogs(sends, on: stage)
        return "\(sends.count) replies to \(got.count) people, \(lines) clean log lines"
    }

    /// No text, token, key or patient's id may be there.
    private func lookIntoLogs(_ sends: [DemoSandbox.Send], on stage: DemoStage) -> Int {
        var words = stage.confidential
        for send in sends { words.formUnion([send.text, send.recipient]) }
        var lines = 0
        for file in stage.logs {
            let log = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            lines += log.count { $0 == "\n" }
            let leaks = words.count { !$0.isEmpty && log.contains($0) }
            stage.check(leaks == 0, "\(leaks) texts, ids or secrets stand in \(file.lastPathComponent)")
        }
        stage.transcript.line(
            .service, "service", "\(lines) log lines hold none of \(words.count) texts, ids and secrets")
        return lines
    }
}
