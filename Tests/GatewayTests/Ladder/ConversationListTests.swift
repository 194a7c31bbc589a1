import MetaSandbox
import TestSupport
import Testing

@testable import Gateway

@Suite(.serialized, .hangLimit) struct ConversationListTests {
    @Test func aListedMessageNamesItsSender() async throws {
        let ladder = try await LadderWorld()
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        _ = try ladder.world.writeUnheard("me too", from: "bert", to: ladder.practice)
        let evidence = try await ladder.ask(ConversationList(budget: ladder.budget), written.mid)
        #expect(evidence?.strategy == .conversationList)
        #expect(evidence?.from == written.senders[.instagramLogin])
        await ladder.end()
    }

    @Test func neitherTheOnlyNorTheNewestConversationIsEvidence() async throws {
        let ladder = try await LadderWorld()
        let rung = ConversationList(budget: ladder.budget)
        let written = try ladder.world.writeUnheard("hello", from: "anna", to: ladder.practice)
        let stranger = try ladder.stranger(to: written)
        #expect(try await ladder.ask(rung, stranger)?.from == nil)
        _ = try ladder.world.writeUnheard("me too", from: "bert", to: ladder.practice)
        #expect(try await ladder.ask(rung, stranger)?.from == nil)
        await ladder.end()
    }
}
