import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Threads that another app owns: what is said there is known, and not answered.
@Suite(.everyEngine, .serialized, .hangLimit) struct StandbyTests {
    private func practice() async throws -> (PracticeWorld, PracticeWorld.Practice, WrittenMessage) {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        return (world, practice, try world.writeUnheard("hello", from: "anna", to: practice))
    }

    private func message(_ world: PracticeWorld, _ written: WrittenMessage) -> String {
        #"{\#(world.head(written)),"message":{"mid":"\#(written.mid)","text":"hello"}}"#
    }

    @Test(arguments: [false, true])
    func aSenderlessEditOfAStandbyMessageIsNotAnswered(editFirst: Bool) async throws {
        let (world, practice, written) = try await practice()
        let edit = #"{"timestamp":\#(written.at),"message_edit":{"mid":"\#(written.mid)","num_edit":0}}"#
        if editFirst { try await world.deliver(edit, to: practice) }
        try await world.deliver(message(world, written), in: "standby", to: practice)
        if !editFirst { try await world.deliver(edit, to: practice) }
        try await world.pass(seconds: 60)
        #expect(world.sandbox.sends().isEmpty)
        let events = try await world.events(of: practice)
        #expect(Set(events.map(\.reason)) == [.standby, .editNoise])
        #expect(events.first { $0.kind == "edit" }?.strategy == "message_store")
        #expect(try await world.message(written.mid, of: practice)?.text == "hello")
        await world.end()
    }

    /// One of our apps watches the thread and another owns it: the owner's copy is the one that is answered.
    @Test(arguments: [false, true])
    func aBystandersCopyKeepsNobodyFromAnswering(standbyFirst: Bool) async throws {
        let (world, practice, written) = try await practice()
        func watch() async throws {
            try await world.deliver(message(world, written), in: "standby", to: practice, signedBy: .facebook)
            try await world.settle()
        }
        if standbyFirst { try await watch() }
        try await world.deliver(message(world, written), to: practice)
        try await world.settle()
        if !standbyFirst { try await watch() }
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        #expect(Set(try await world.events(of: practice).map(\.reason)) == [.standby, .replied, .echo])
        // The next shape of it is one too many.
        let edit = #"{\#(world.head(written)),"message_edit":{"mid":"\#(written.mid)","num_edit":0}}"#
        try await world.deliver(edit, to: practice)
        try await world.pass(seconds: 20)
        #expect(world.sandbox.sends().count == 1)
        await world.end()
    }

    @Test func whatIsTakenBackInStandbyIsForgottenAndNeverAnswered() async throws {
        let (world, practice, written) = try await practice()
        try await world.deliver(message(world, written), in: "standby", to: practice)
        let edit = #"{\#(world.head(written)),"message_edit":{"mid":"\#(written.mid)","text":"oh","num_edit":1}}"#
        try await world.deliver(edit, in: "standby", to: practice)
        try await world.settle()
        #expect(try await world.message(written.mid, of: practice)?.text == "oh")
        let unsend = #"{\#(world.head(written)),"message":{"mid":"\#(written.mid)","is_deleted":true}}"#
        try await world.deliver(unsend, in: "standby", to: practice)
        try await world.deliver(message(world, written), to: practice)
        try await world.settle()
        let stored = try #require(try await world.message(written.mid, of: practice))
        #expect(stored.text == nil && stored.deletedAt != nil)
        #expect(world.sandbox.sends().isEmpty)
        await world.end()
    }
}
