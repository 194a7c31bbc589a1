import MetaSandbox
import Tenancy
import Testing

@testable import Gateway

/// The fault is our own.
@Suite(.serialized, .timeLimit(.minutes(1))) struct OwnFaultStories {
    /// An error of whatever library, with a patient's words in it.
    private struct Gossip: Error, CustomStringConvertible {
        let description = "cannot store 'I am in pain'"
    }

    @Test func anErrorOfAnotherKindIsLoggedByItsTypeAloneAndItsEventCanBeReplayed() async throws {
        let world = try await PracticeWorld()
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        world.stumbling.expect(Gossip())
        try world.sandbox.write(SandboxContent(text: "I am in pain"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.log.text.contains("Gossip"))
        #expect(!world.log.text.contains("pain"))
        let failed = try #require(try await world.events().first { $0.state == .failed })
        #expect(failed.reason == .error)
        #expect(world.sandbox.sends().isEmpty)
        #expect(try await world.process.pipeline.replay(event: failed.id, tenant: failed.tenantID))
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        #expect(try await world.events().allSatisfy { $0.state == .done })
        await world.end()
    }
}
