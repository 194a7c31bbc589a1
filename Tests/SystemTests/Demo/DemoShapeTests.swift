import MetaSandbox
import Testing

@testable import clariva

/// What the demo expects of each sample, and what its table says.
struct DemoShapeTests {
    @Test(arguments: SamplePayloads.all.map(\.name))
    func everySampleHasAnExpectedEnd(_ name: String) throws {
        let sample = try #require(SamplePayloads.all.first { $0.name == name })
        let shape = try #require(DemoShape(name, json: "\(sample.json)"))
        #expect(shape.outcomes.count == shape.template.array?.count ?? 1)
    }

    @Test func anUnknownSampleIsNotGuessedAt() {
        let isUnknown = DemoShape("ig-something-new", json: "{}") == nil
        #expect(isUnknown)
    }

    @Test func theTableNamesWhatBroke() {
        let held = DemoOutcome(title: "One", promise: "p", figures: "f", faults: [], seconds: 1)
        var broken = held
        broken.title = "Two"
        broken.faults = ["anna got 2 replies instead of 1"]
        let summary = DemoSummary(outcomes: [held, broken])
        #expect(!summary.held)
        let lines = summary.text { text, _ in text }.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[2].hasPrefix("held"))
        #expect(lines[3].hasPrefix("BROKEN"))
        #expect(lines[4].contains("anna got 2 replies instead of 1"))
        #expect(DemoSummary(outcomes: [held]).held)
    }
}
