import Integrations
import MetaSandbox
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The main job, one story a test.
@Suite(.everyEngine, .serialized, .hangLimit) struct AnswerTests {
    static let anything = ReplyRules(rules: [ReplyRule(name: "receipt", match: .any, text: "We have your message.")])

    @Test(arguments: [SandboxFlow.instagramLogin, .facebookPage])
    func answersAMessageOnce(flow: SandboxFlow) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: flow, rules: Self.anything)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        let sends = world.sandbox.sends()
        #expect(sends.map(\.text) == ["We have your message."])
        #expect(sends.first?.person == "anna")
        #expect(try await world.replies(practice).map(\.state) == [.sent])
        let events = try await world.events()
        #expect(events.allSatisfy { $0.state == .done })
        #expect(events.contains { $0.reason == .replied && $0.strategy == "payload" })
        await world.end()
    }

    @Test(arguments: [
        (faults: [FaultName](), strategy: "message_lookup"),
        (faults: [.messageLookup500], strategy: "conversation_lookup"),
        (faults: [.messageLookupEmpty], strategy: "conversation_lookup"),
    ])
    func answersASenderlessEditOnEvidence(faults: [FaultName], strategy: String) async throws {
        let world = try await PracticeWorld()
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        for fault in [.senderlessEditOnly] + faults { world.sandbox.switchOn(FaultRule(fault)) }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().isEmpty)
        try await world.pass(seconds: 9)
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        #expect(try await world.events().contains { $0.reason == .replied && $0.strategy == strategy })
        await world.end()
    }

    @Test func answersASenderlessEditByItsThread() async throws {
        let world = try await PracticeWorld()
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        world.sandbox.switchOn(FaultRule(.echoMissing))
        try world.sandbox.write(SandboxContent(text: "first"), from: "anna", to: "dr_lind")
        try await world.settle()
        for fault in [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty] {
            world.sandbox.switchOn(FaultRule(fault))
        }
        try world.sandbox.write(SandboxContent(text: "second"), from: "anna", to: "dr_lind")
        try await world.pass(seconds: 9)
        #expect(world.sandbox.sends().map(\.person) == ["anna", "anna"])
        #expect(try await world.events().contains { $0.strategy == "thread" })
        await world.end()
    }

    @Test func parksWhatCannotBeResolvedAndAnswersOnceItsThreadNamesItsPeer() async throws {
        let world = try await PracticeWorld()
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        let rules = [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty].map {
            world.sandbox.switchOn(FaultRule($0))
        }
        try world.sandbox.write(SandboxContent(text: "first"), from: "anna", to: "dr_lind")
        try await world.pass(seconds: 9)
        #expect(world.sandbox.sends().isEmpty)
        #expect(try await world.events().contains { $0.state == .parked && $0.reason == .senderUnresolved })
        for rule in rules { world.sandbox.switchOff(id: rule.id) }
        try world.sandbox.write(SandboxContent(text: "second"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna", "anna"])
        #expect(try await world.events().allSatisfy { $0.state == .done })
        await world.end()
    }

    @Test(arguments: [FaultName.lostAnswer, .late500, .truncatedAnswer, .serverError])
    func answersOnceWhenAnAnswerIsLost(fault: FaultName) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        world.sandbox.switchOn(FaultRule(.echoMissing))
        world.sandbox.switchOn(FaultRule(fault, operation: "send", remaining: 1))
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(try await world.replies(practice).map(\.state) == [.unknown])
        try await world.pass(seconds: 60)
        #expect(world.sandbox.sends().count == 1)
        #expect(try await world.replies(practice).map(\.state) == [.sent])
        await world.end()
    }

    @Test func holdsRepliesWhileTheTokenIsDeadAndSendsThemAfterReconnecting() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        _ = try world.sandbox.killToken(account: "dr_lind")
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        let store = try world.store
        let connection = try await store.read(practice.tenant) { try $0.connection(practice.connection) }
        #expect(connection?.state == .reconnectRequired)
        #expect(connection?.reason == .tokenDead)
        try world.sandbox.write(SandboxContent(text: "are you there?"), from: "bert", to: "dr_lind")
        try await world.settle()
        #expect(try await world.replies(practice).map(\.reason) == [.waitingForReconnect])
        #expect(try await world.events().contains { $0.reason == .connectionNotActive })
        try await world.connect(practice)
        try await world.settle()
        #expect(Set(world.sandbox.sends().map(\.person)) == ["anna", "bert"])
        #expect(world.sandbox.sends().count == 2)
        await world.end()
    }

    @Test func keepsWhatAnUnknownAccountGetsUntilItConnects() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice(
            "dr_lind", flow: .facebookPage, rules: Self.anything, connected: false)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(try await world.events().contains { $0.reason == .unrouted && $0.tenantID == .system })
        try await world.connect(practice)
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        #expect(try await world.events().allSatisfy { $0.tenantID == practice.tenant && $0.state == .done })
        await world.end()
    }

    @Test(arguments: [false, true])
    func aPersonsOwnAnswerPausesTheMachine(echoFirst: Bool) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        if echoFirst { world.sandbox.switchOn(FaultRule(.echoFirst)) }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().count == 1)
        try world.sandbox.replyByHand(SandboxContent(text: "Come at nine."), to: "anna", from: "dr_lind")
        try await world.settle()
        try world.sandbox.write(SandboxContent(text: "thanks"), from: "anna", to: "dr_lind")
        try await world.settle()
        #expect(world.sandbox.sends().count == 1)
        #expect(try await world.events().contains { $0.reason == .automationPaused })
        #expect(try await world.replies(practice).map(\.state) == [.sent])
        await world.end()
    }

    @Test func splitsALongReplyAndSendsItsPartsInOrder() async throws {
        let long = (1...80).map { "Sentence number \($0) of a long answer." }.joined(separator: " ")
        let world = try await PracticeWorld()
        try await world.addPractice(
            "dr_lind", flow: .instagramLogin,
            rules: ReplyRules(rules: [ReplyRule(name: "long", match: .any, text: long)]))
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        let sends = world.sandbox.sends()
        #expect(sends.count > 2)
        #expect(sends.allSatisfy { $0.text.utf8.count <= 1000 })
        #expect(sends.map(\.text).joined(separator: " ") == long)
        await world.end()
    }

    @Test func aBurstOfFailuresAcrossAccountsLeavesConnectionsAsTheyAre() async throws {
        let world = try await PracticeWorld()
        for number in 1...8 { try await world.addPractice("dr_\(number)", flow: .instagramLogin, rules: Self.anything) }
        let rule = world.sandbox.switchOn(FaultRule(.tokenDead))
        for number in 1...8 {
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_\(number)")
        }
        try await world.settle()
        world.sandbox.switchOff(id: rule.id)
        try await world.pass(seconds: 600)
        for practice in world.practices.withLock({ $0 }) {
            let connection = try await (try world.store).read(practice.tenant) {
                try $0.connection(practice.connection)
            }
            #expect(connection?.state == .active)
        }
        #expect(world.sandbox.sends().count == 8)
        await world.end()
    }

    @Test(arguments: SandboxFlow.allCases, [false, true])
    func anOldMessageIsLeftToThePersonWhoAnsweredIt(flow: SandboxFlow, answered: Bool) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: flow, rules: Self.anything, connected: false)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        if answered {
            // Nobody tells the service: the echo is lost with the subscription.
            try world.sandbox.dropSubscription(account: "dr_lind", flow: flow)
            try world.sandbox.replyByHand(SandboxContent(text: "Come at nine."), to: "anna", from: "dr_lind")
        }
        try await world.pass(seconds: 1_000)
        try await world.connect(practice)
        try await world.settle()
        #expect(world.sandbox.sends().count == (answered ? 0 : 1))
        let replies = try await world.replies(practice)
        // Meta queues the echo before it answers the send: either may be heard first.
        let settled: [Reply.Reason] = answered ? [.personAnswered] : [.sent, .echoSettled]
        #expect(replies.count == 1)
        #expect(replies.compactMap(\.reason).allSatisfy(settled.contains))
        #expect(world.calls("conversation") > 0)
        await world.end()
    }

    /// Within a quarter of an hour the echo of a person's answer has come; each look would delay the reply.
    @Test(arguments: SandboxFlow.allCases)
    func aMessageOfFourteenMinutesIsAnsweredWithoutReadingTheConversation(flow: SandboxFlow) async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: flow, rules: Self.anything, connected: false)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
        try await world.pass(seconds: 14 * 60)
        try await world.connect(practice)
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        #expect(world.calls("conversation") == 0 && world.calls("conversations") == 0)
        await world.end()
    }

    @Test func aThreadTellsNothingOnceASenderlessEditOfOurOwnMessageCame() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        try world.sandbox.write(SandboxContent(text: "first"), from: "anna", to: "dr_lind")
        try await world.settle()
        let mid = try #require(world.sandbox.sends().first?.mid)
        let body = """
            {"object":"instagram","entry":[{"id":"\(practice.account.id)","time":\(world.clock.now.milliseconds),\
            "messaging":[{"timestamp":\(world.clock.now.milliseconds),"message_edit":{"mid":"\(mid)","num_edit":0}}]}]}
            """
        _ = try await world.sandbox.deliverRaw(Array(body.utf8), signedBy: .instagram)
        try await world.settle()
        for fault in [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty] {
            world.sandbox.switchOn(FaultRule(fault))
        }
        try world.sandbox.write(SandboxContent(text: "second"), from: "anna", to: "dr_lind")
        try await world.pass(seconds: 9)
        #expect(world.sandbox.sends().count == 1)
        #expect(try await world.events().contains { $0.state == .parked && $0.reason == .directionUnknown })
        await world.end()
    }

    @Test func aPatientWhoCannotBeReachedIsNotTriedForEver() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        world.sandbox.switchOn(FaultRule(.serverError, operation: "send"))
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.pass(seconds: 7_200)
        let reply = try #require(try await world.replies(practice).first)
        #expect(reply.state == .failed)
        #expect(reply.reason == .recipientUnreachable)
        #expect(reply.attempts >= RefusalVerdict.patience)
        await world.end()
    }

    @Test func aBurstSeenThroughLookUpsLeavesConnectionsAsTheyAre() async throws {
        let world = try await PracticeWorld()
        for number in 1...8 { try await world.addPractice("dr_\(number)", flow: .instagramLogin, rules: Self.anything) }
        let dead = world.sandbox.switchOn(FaultRule(.tokenDead))
        let senderless = world.sandbox.switchOn(FaultRule(.senderlessEditOnly))
        for number in 1...8 {
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_\(number)")
        }
        try await world.pass(seconds: 9)
        world.sandbox.switchOff(id: dead.id)
        world.sandbox.switchOff(id: senderless.id)
        try await world.pass(seconds: 600)
        for practice in world.practices.withLock({ $0 }) {
            let connection = try await (try world.store).read(practice.tenant) {
                try $0.connection(practice.connection)
            }
            #expect(connection?.state == .active)
        }
        #expect(world.sandbox.sends().count == 8)
        await world.end()
    }

    @Test func aLateDeathOfTheOldTokenLeavesTheNewOneAlone() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: Self.anything)
        _ = try world.sandbox.killToken(account: "dr_lind")
        world.sandbox.switchOn(FaultRule(.slowAnswer, operation: "send", remaining: 1, milliseconds: 400))
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        await world.sandbox.drain()
        // The doctor reconnects while the call with the old token is still under way.
        let before: [Reply.State?] = [nil, .composing, .queued]
        while before.contains(try await world.replies(practice).first?.state), !Task.isCancelled { await Task.yield() }
        try await world.connect(practice)
        try await world.settle()
        let connection = try await (try world.store).read(practice.tenant) { try $0.connection(practice.connection) }
        #expect(connection?.state == .active)
        await world.end()
    }
}
