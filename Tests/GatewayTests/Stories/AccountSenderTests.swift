import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// A sender who is a connected account, whosever, is never answered.
@Suite(.everyEngine, .serialized, .hangLimit) struct AccountSenderTests {
    @Test(arguments: ["account", "alias"])
    func anotherPracticesIdIsNoSender(which: String) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        let other = try await world.addPractice("dr_moreau", flow: .instagramLogin, rules: AnswerTests.anything)
        let sender = which == "account" ? other.account.id : other.account.appScopedID
        let now = world.clock.now.milliseconds
        let mid = InstagramMessageID(
            account: practice.account.id, thread: 0xFFFF_FFFF_0000_0010 << 64 | 7, item: UInt128(now * 1000) << 64)
        try await world.deliver(
            """
            {"sender":{"id":"\(sender)"},"recipient":{"id":"\(practice.account.id)"},"timestamp":\(now),\
            "message":{"mid":"\(mid)","text":"hello"}}
            """, to: practice)
        try await world.pass(seconds: 120)
        #expect(world.sandbox.sends().isEmpty)
        #expect(try await world.events(of: practice).map(\.reason) == [.senderUnresolved])
        #expect(try await world.conversations(of: practice).isEmpty)
        #expect(world.log.text.contains("sender id rejected"))
        await world.end()
    }
}
