import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway
@testable import MetaSandbox

/// Meta says wait, or says no.
@Suite(.everyEngine, .serialized, .hangLimit) struct ThrottleStories {
    @Test func aThrottledAccountIsLeftAloneUntilTheMomentThatMetaNames() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
        world.sandbox.switchOn(FaultRule(.throttle, accountID: practice.account.id, operation: "send", remaining: 1))
        // Longer than the minute that the sandbox names, and than the pause that is taken where Meta names none.
        world.answers.retouch { if $0.status >= 400 { $0.headers.append(("Retry-After", "300")) } }
        let until = world.clock.now.adding(seconds: 300)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
        try world.sandbox.write(SandboxContent(text: "hello"), from: "cleo", to: "dr_moreau")
        try await world.settle()
        let waiting = try await world.replies(practice)
        #expect(waiting.map(\.state) == [.queued, .queued])
        #expect(waiting.map(\.reason) == [.throttled, .throttled])
        #expect(waiting.map(\.dueAt) == [until, until])
        #expect(try await world.connection(practice)?.pausedUntil == until)
        #expect(world.sandbox.sends().map(\.person) == ["cleo"])
        try await world.pass(seconds: 299)
        #expect(world.calls("send") == 2)
        try await world.pass(seconds: 1)
        #expect(Set(world.sandbox.sends(account: "dr_lind").map(\.person)) == ["anna", "bert"])
        await world.end()
    }

    @Test func anUnsupportedRequestIsTriedAgainAndNeverDisconnectsAnybody() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        let fault = world.sandbox.switchOn(FaultRule(.code100))
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        // Outages are longer than a few attempts take.
        try await world.pass(seconds: 3_000)
        #expect(try await world.replies(practice).map(\.state) == [.queued])
        try await world.pass(seconds: 4_200)
        let reply = try #require(try await world.replies(practice).first)
        #expect(reply.state == .failed)
        #expect(reply.reason == .content)
        #expect(reply.attempts >= RefusalVerdict.patience)
        #expect(try await world.connection(practice)?.state == .active)
        world.sandbox.switchOff(id: fault.id)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["bert"])
        await world.end()
    }

    @Test func whatWaitedBeyondTheWindowIsLeftToAPerson() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        _ = try world.sandbox.killToken(account: "dr_lind")
        // Her reply is held, his message is kept: the connection is dead by then.
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        try world.sandbox.write(SandboxContent(text: "hello"), from: "bert", to: "dr_lind")
        try await world.settle()
        try await world.pass(seconds: world.settings.messagingWindow + 60)
        try await world.connect(practice)
        try await world.pass(seconds: 60)
        #expect(world.sandbox.sends().isEmpty)
        let replies = try await world.replies(practice)
        #expect(replies.map(\.state) == [.expired])
        #expect(replies.map(\.reason) == [.windowClosed])
        #expect(try await world.events().contains { $0.state == .done && $0.reason == .outsideWindow })
        try world.sandbox.write(SandboxContent(text: "still there?"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        await world.end()
    }
}

extension PracticeWorld {
    /// How often the service has made a call, by the name that fault rules use.
    func calls(_ operation: String) -> Int {
        sandbox.apply { world in
            world.calls.filter { $0.key.hasSuffix(" \(operation)") }.values.reduce(0, +)
        }
    }
}
