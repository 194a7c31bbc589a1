import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What becomes of a conversation's pause when a person answers in the app.
@Suite(.everyEngine, .serialized, .hangLimit) struct TakeoverTests {
    /// Seconds from now, in pairs: how long an operator paused it, and how long it is paused after a person's answer.
    @Test(arguments: [
        (paused: nil as Int?, expected: nil as Int?), (paused: 100_000, expected: 100_000),
        (paused: 60, expected: 43_200),
    ])
    func aPersonsAnswerShortensNoPause(paused: Int?, expected: Int?) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        let conversation = try #require(try await world.conversations(of: practice).first?.id)
        let now = world.clock.now
        let isFound = try await (try world.process).pipeline.setAutomation(
            conversation: conversation, tenant: practice.tenant, state: .paused,
            until: paused.map { now.adding(seconds: $0) }, by: .service)
        #expect(isFound)
        try world.sandbox.replyByHand(SandboxContent(text: "Come at nine."), to: "anna", from: "dr_lind")
        try await world.settle()
        let after = try #require(try await world.conversations(of: practice).first)
        #expect(after.automation == .paused)
        // The person wrote a moment after the pause was set.
        #expect(after.pausedUntil.map { ($0.milliseconds - now.milliseconds) / 1000 } == expected.map(Int64.init))
        await world.end()
    }
}
