import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// When the machine answers, and when it keeps quiet.
@Suite(.everyEngine, .serialized, .hangLimit) struct ReplyRulesStories {
    private static let rules = ReplyRules(rules: [
        ReplyRule(name: "pain", match: .keywords(["pain"]), text: "Please call us at once."),
        ReplyRule(name: "receipt", match: .any, text: "We have your message."),
    ])

    @Test func afterTooManyRepliesInAnHourAConversationIsLeftToAPerson() async throws {
        var settings = PipelineSettings()
        settings.loopGuardPerHour = 3
        let world = try await PracticeWorld(settings: settings)
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.rules)
        for _ in 0..<5 {
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
            try await world.pass(seconds: 1)
        }
        #expect(world.sandbox.sends().count == 3)
        #expect(try await world.events().count { $0.reason == .loopGuard } == 2)
        // Others are not concerned, and an hour later she is not either.
        try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
        try await world.pass(seconds: 3_600)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna", "anna", "anna", "bert", "anna"])
        await world.end()
    }

    @Test func aRuleInCooldownAnswersNobodyTwice() async throws {
        let world = try await PracticeWorld()
        let rule = ReplyRule(name: "receipt", match: .any, text: "We have your message.", cooldownSeconds: 600)
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: ReplyRules(rules: [rule]))
        for person in ["anna", "anna", "bert"] {
            try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
            try await world.pass(seconds: 1)
        }
        #expect(world.sandbox.sends().map(\.person) == ["anna", "bert"])
        #expect(try await world.events().count { $0.reason == .cooldown } == 1)
        try await world.pass(seconds: 600)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna", "bert", "anna"])
        await world.end()
    }

    /// Anna's reply is throttled; whatever Bert does comes before his own reply has begun.
    private func whileBertsReplyWaits(
        _ then: (PracticeWorld, PracticeWorld.Practice) async throws -> Void
    ) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.rules)
        world.sandbox.switchOn(FaultRule(.throttle, operation: "send", remaining: 1))
        for person in ["anna", "bert"] {
            try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
            try await world.settle()
        }
        #expect(try await world.replies(practice).map(\.state) == [.queued, .queued])
        try await then(world, practice)
        await world.end()
    }

    @Test func anEditedMessageGetsTheReplyToItsNewText() async throws {
        try await whileBertsReplyWaits { world, practice in
            _ = try world.sandbox.edit(text: "I am in pain", account: "dr_lind", person: "bert")
            try await world.settle()
            #expect(try await world.events().contains { $0.reason == .editApplied })
            try await world.pass(seconds: 61)
            #expect(world.sandbox.sends(person: "bert").map(\.text) == ["Please call us at once."])
            #expect(world.sandbox.sends(person: "anna").map(\.text) == ["We have your message."])
            // Once it is out an edit changes nothing any more.
            _ = try world.sandbox.edit(text: "all is well", account: "dr_lind", person: "bert")
            try await world.pass(seconds: 61)
            #expect(world.sandbox.sends().count == 2)
            #expect(try await world.replies(practice).count == 2)
        }
    }

    @Test func aMessageThatIsTakenBackIsNotAnswered() async throws {
        try await whileBertsReplyWaits { world, practice in
            _ = try world.sandbox.unsend(account: "dr_lind", person: "bert")
            try await world.pass(seconds: 61)
            #expect(world.sandbox.sends().map(\.person) == ["anna"])
            let replies = try await world.replies(practice)
            #expect(replies.map(\.state) == [.sent, .cancelled])
            #expect(replies.last?.reason == .unsentByPatient)
        }
    }

    @Test func whoeverAsksForSilenceIsNotAnsweredUntilTheyTakeItBack() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.rules)
        let written = try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        for (status, count) in [("STOP_NOTIFICATIONS", 1), ("RESUME_NOTIFICATIONS", 2)] {
            let optin = #""optin":{"type":"notification_messages","notification_messages_status":"\#(status)"}"#
            try await world.deliver("{\(world.head(written)),\(optin)}", to: practice)
            try await world.settle()
            try world.sandbox.write(SandboxContent(text: "hello again"), from: "anna", to: "dr_lind")
            try await world.pass(seconds: 1)
            #expect(world.sandbox.sends().count == count)
        }
        #expect(try await world.events().count { $0.reason == .optedOut } == 1)
        await world.end()
    }
}
