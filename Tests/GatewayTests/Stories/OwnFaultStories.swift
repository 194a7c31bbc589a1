import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The fault is our own.
@Suite(.serialized, .hangLimit) struct OwnFaultStories {
    /// An error of whatever library, with a patient's words in it.
    private struct Gossip: Error, CustomStringConvertible {
        let description = "cannot store 'I am in pain'"
    }

    @Test func anErrorOfAnotherKindIsLoggedByItsTypeAloneAndItsEventCanBeReplayed() async throws {
        let world = try await PracticeWorld()
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        // The first sweep writes as well: it is over before a write is to fail.
        try await world.settle()
        world.stumbling.expect(Gossip())
        try world.sandbox.write(SandboxContent(text: "I am in pain"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.log.text.contains("Gossip"))
        #expect(!world.log.text.contains("pain"))
        let failed = try #require(try await world.events().first { $0.state == .failed })
        #expect(failed.reason == .error)
        #expect(world.sandbox.sends().isEmpty)
        #expect(
            try await world.process.pipeline.replay(
                event: failed.id, tenant: failed.tenantID, noting: nil, by: .service))
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        #expect(try await world.events().allSatisfy { $0.state == .done })
        await world.end()
    }

    @Test func whatWasSentWhileTheDatabaseFailedIsLookedForAtOnceAndNotSentAgain() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        try await world.settle()
        // The echo would tell as well.
        world.sandbox.switchOn(FaultRule(.echoMissing))
        // Meta has accepted the reply, and the write that would say so fails.
        world.answers.retouch { [stumbling = world.stumbling, sandbox = world.sandbox] _ in
            let isFirst = sandbox.sends().count == 1 && !stumbling.hasStumbled
            if isFirst { stumbling.expect(StorageError(.unavailable, "gone")) }
        }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(try await world.replies(practice).map(\.state) == [.unknown])
        try await world.pass(seconds: 60)
        #expect(try await world.replies(practice).map(\.reason) == [.readBack])
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        await world.end()
    }

    @Test func whatArrivesLongAfterItsSenderHasGoneIsNotSentAgain() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        world.sandbox.switchOn(FaultRule(.echoMissing))
        world.answers.withhold { $0.method == .post && $0.url.hasSuffix("/messages") }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        world.answers.withhold(nil)
        // The next process looks at once, and sees nothing of it.
        try await world.crash()
        try await world.pass(seconds: 19)
        #expect(try await world.replies(practice).map(\.state) == [.unknown])
        try await world.answers.release()
        try await world.pass(seconds: 60)
        #expect(try await world.replies(practice).map(\.reason) == [.readBack])
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        await world.end()
    }
}
