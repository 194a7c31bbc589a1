import MetaSandbox
import TestSupport
import Testing

/// What the stories rest on.
@Suite(.hangLimit) struct PracticeWorldTests {
    @Test func aPipelineThatHasEndedIsSettled() async throws {
        let world = try await PracticeWorld()
        let pipeline = try world.process.pipeline
        await world.end()
        #expect(await pipeline.settled() == nil)
    }

    @Test func aWorldThatHasEndedIsFreed() async throws {
        weak var clock: ManualClock?
        do {
            let world = try await PracticeWorld()
            clock = world.clock
            try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.settle()
            await world.end()
        }
        // The last of its tasks may still be about to let go.
        while clock != nil, !Task.isCancelled { await Task.yield() }
        #expect(clock == nil)
    }
}
