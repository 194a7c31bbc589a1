import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// One account is more than one way: Instagram and Messenger, one app and two.
@Suite(.everyEngine, .serialized, .hangLimit) struct ChannelStories {
    @Test func answersMessengerInThePagesOwnInbox() async throws {
        let long = (1...80).map { "Sentence number \($0) of a long answer." }.joined(separator: " ")
        let world = try await PracticeWorld()
        let practice = try await world.addPractice(
            "dr_lind", flow: .facebookPage,
            rules: ReplyRules(rules: [ReplyRule(name: "long", match: .any, text: long)]))
        let written = try world.sandbox.write(
            SandboxContent(text: "hello"), from: "anna", to: "dr_lind", on: .messenger)
        try await world.settle()
        let sends = world.sandbox.sends()
        // Messenger takes 2000 characters where Instagram takes 1000 bytes.
        #expect(sends.count == 2)
        #expect(sends.allSatisfy { $0.channel == .messenger && $0.recipient == written.senders[.facebookPage] })
        #expect(sends.map(\.text).joined(separator: " ") == long)
        #expect(try await world.replies(practice).map(\.state) == [.sent])
        // On Instagram the same person is another patient.
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().suffix(3).allSatisfy { $0.channel == .instagram })
        let conversations = try await world.sql("SELECT 1 FROM conversations")
        #expect(conversations.count == 2)
        await world.end()
    }

    @Test(arguments: SandboxFlow.allCases, SandboxFlow.allCases)
    func answersOnceToTheRightAddressWhicheverAppTellsFirst(flow: SandboxFlow, first: SandboxFlow) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice(
            "dr_lind", flow: flow, rules: AnswerTests.anything, isToldTwice: true)
        world.sandbox.switchOn(FaultRule(.flowsDiffer, accountID: practice.account.id))
        // The other app's copy is held back for so many real milliseconds.
        let later: SandboxFlow = first == .instagramLogin ? .facebookPage : .instagramLogin
        world.sandbox.switchOn(FaultRule(.reorder, flow: later, remaining: 1, milliseconds: 150))
        let written = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        #expect(written.mids[.instagramLogin] != written.mids[.facebookPage])
        try await world.settle()
        let messages = try await world.events().filter { $0.kind == "message" }
        #expect(messages.map(\.app) == [first.app.rawValue, later.app.rawValue])
        try await world.pass(seconds: 60)
        let sends = world.sandbox.sends()
        #expect(sends.map(\.person) == ["anna"])
        #expect(sends.map(\.flow) == [flow])
        #expect(sends.map(\.recipient) == [written.senders[flow]])
        #expect(try await world.replies(practice).count { $0.state == .sent } == 1)
        await world.end()
    }

    /// The Page's copy names a sender that this flow cannot write to; its own copy names none and has to be looked up.
    @Test func answersThroughItsOwnFlowThoughItsOwnCopyCameWithoutASender() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice(
            "dr_lind", flow: .instagramLogin, rules: AnswerTests.anything, isToldTwice: true)
        world.sandbox.switchOn(FaultRule(.flowsDiffer, accountID: practice.account.id))
        world.sandbox.switchOn(FaultRule(.senderlessEditOnly, flow: .instagramLogin))
        let written = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.pass(seconds: 60)
        #expect(world.sandbox.sends().map(\.recipient) == [written.senders[.instagramLogin]])
        #expect(try await world.replies(practice).count { $0.state == .sent } == 1)
        await world.end()
    }
}
