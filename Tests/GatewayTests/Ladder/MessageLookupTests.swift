import MetaSandbox
import TestSupport
import Testing

@testable import Gateway

@Suite(.serialized, .hangLimit) struct MessageLookupTests {
    @Test func theMessageItselfNamesItsSender() async throws {
        let ladder = try await LadderWorld()
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        let evidence = try await ladder.ask(MessageLookup(budget: ladder.budget), written.mid)
        #expect(evidence?.strategy == .messageLookup)
        #expect(evidence?.from == written.senders[.instagramLogin])
        #expect(evidence?.text == "hello")
        await ladder.end()
    }

    @Test func anEmptyAnswerIsNoEvidence() async throws {
        let ladder = try await LadderWorld()
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        ladder.world.sandbox.switchOn(FaultRule(.messageLookupEmpty))
        #expect(try await ladder.ask(MessageLookup(budget: ladder.budget), written.mid)?.from == nil)
        await ladder.end()
    }

    @Test func anotherMessageIsNoEvidence() async throws {
        let meta = CannedMeta(["m1": #"{"id":"m2","from":{"id":"1000000000000042"}}"#])
        let budget = ConversationBudget(clock: SystemClock())
        let evidence = try await MessageLookup(budget: budget).evidence(
            forMessage: "m1", decoded: nil, channel: .instagram, integration: meta.integration, access: meta.access)
        #expect(evidence?.from == nil)
    }
}
