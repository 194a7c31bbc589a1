import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Meta wants to be left alone: by an account, or by a whole app.
@Suite(.everyEngine, .serialized, .hangLimit) struct PauseTests {
    @Test func aThrottledAppIsLeftAloneByAllOfItsConnections() async throws {
        let world = try await PracticeWorld()
        let lind = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        let moreau = try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
        let novak = try await world.addPractice("dr_novak", flow: .facebookPage, rules: AnswerTests.anything)
        // A look-up's throttle is code 4: the app's.
        world.sandbox.switchOn(FaultRule(.throttle, accountID: lind.account.id, operation: "message", remaining: 1))
        for practice in [lind, moreau] {
            let written = try world.writeUnheard("hello", from: "anna", to: practice)
            try await world.deliver(#"{"message_edit":{"mid":"\#(written.mid)","num_edit":0}}"#, to: practice)
            try await world.pass(seconds: 9)
        }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_moreau")
        try world.sandbox.write(SandboxContent(text: "hello"), from: "cleo", to: "dr_novak")
        try await world.settle()
        #expect(world.sandbox.sends().map(\.account) == [novak.account.id])
        #expect(try await world.replies(moreau).map(\.reason) == [.throttled])
        #expect(try await world.events(of: moreau).contains { $0.reason == .senderUnresolved })
        try await world.pass(seconds: 120)
        #expect(world.sandbox.sends().count == 4)
        #expect(Set(world.sandbox.sends(account: "dr_moreau").map(\.person)) == ["anna", "bert"])
        await world.end()
    }

    @Test func aThrottledAccountConcernsNoOther() async throws {
        let world = try await PracticeWorld()
        let lind = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
        world.sandbox.switchOn(FaultRule(.throttle, accountID: lind.account.id, operation: "send", remaining: 1))
        for account in ["dr_lind", "dr_moreau"] {
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: account)
            try await world.settle()
        }
        #expect(world.sandbox.sends().map(\.account) != [lind.account.id])
        #expect(world.sandbox.sends().count == 1)
        await world.end()
    }

    @Test func noNameIsLookedUpWhileTheConnectionIsPaused() async throws {
        let world = try await PracticeWorld()
        let rules = ReplyRules(rules: [ReplyRule(name: "any", match: .any, text: "Hello {{username}}, thank you.")])
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: rules)
        let until = world.clock.now.adding(seconds: 60)
        try await world.store.write(practice.tenant) { try $0.pause(practice.connection, until: until) }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.pass(seconds: 61)
        #expect(world.sandbox.sends().map(\.text) == ["Hello, thank you."])
        try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().last?.text == "Hello bert, thank you.")
        await world.end()
    }
}
