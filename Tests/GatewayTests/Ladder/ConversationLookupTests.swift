import MetaSandbox
import TestSupport
import Testing

@testable import Gateway

@Suite(.serialized, .hangLimit) struct ConversationLookupTests {
    @Test func theMidsOwnConversationNamesItsSender() async throws {
        let ladder = try await LadderWorld()
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        _ = try ladder.world.writeUnheard("me too", from: "bert", to: ladder.practice)
        let evidence = try await ladder.ask(ConversationLookup(budget: ladder.budget), written.mid)
        #expect(evidence?.strategy == .conversationLookup)
        #expect(evidence?.from == written.senders[.instagramLogin])
        await ladder.end()
    }

    /// The conversation is the right one, and yet only the very message in it is evidence.
    @Test func aConversationWithoutTheMessageIsNoEvidence() async throws {
        let ladder = try await LadderWorld()
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        let rung = ConversationLookup(budget: ladder.budget)
        #expect(try await ladder.ask(rung, try ladder.stranger(to: written))?.from == nil)
        #expect(try await ladder.ask(rung, written.mid, on: .messenger)?.from == nil)
        #expect(try await ladder.ask(rung, "m_opaque")?.from == nil)
        ladder.world.sandbox.switchOn(FaultRule(.conversationsEmpty))
        #expect(try await ladder.ask(rung, written.mid)?.from == nil)
        await ladder.end()
    }
}
