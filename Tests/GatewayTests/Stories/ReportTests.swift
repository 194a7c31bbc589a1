import MetaSandbox
import TestSupport
import Testing

@testable import Gateway

/// The log record of each processed event.
@Suite(.serialized, .hangLimit) struct ReportTests {
    @Test func everyEventTellsItsStructure() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        // A lone surrogate: the parser refuses the item, and knows nothing of it.
        try await world.deliver(#"{"message":{"mid":"m","text":"\ud83d"}}"#, to: practice)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        let records = world.log.text.split(separator: "\n").filter { $0.contains("event_id") && $0.contains("kind") }
        #expect(records.contains { $0.contains("unrecognised") })
        // As the log and the metric call it.
        #expect(try await world.events().first { $0.reason == .unrecognised }?.kind == "other")
        #expect(records.count >= 3)
        for record in records {
            for field in ["payloadStructure", "hasSender", "hasMessageEdit", #""firstChangeField": "null""#] {
                #expect(record.contains(field), "\(field) in \(record)")
            }
        }
        await world.end()
    }
}
