import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The fault is Meta's, or the app's: it is nobody's connection.
@Suite(.everyEngine, .serialized, .hangLimit) struct BreakerStories {
    private func gauge(_ world: PracticeWorld, _ flow: SandboxFlow) -> Double? {
        world.metric(#"clariva_breaker_open{flow="\#(flow.rawValue)"}"#)
    }

    private func practices(
        _ world: PracticeWorld, _ count: Int, _ flow: SandboxFlow
    ) async throws -> [PracticeWorld.Practice] {
        var practices: [PracticeWorld.Practice] = []
        for number in 1...count {
            practices.append(
                try await world.addPractice("\(flow.rawValue)_\(number)", flow: flow, rules: AnswerTests.anything))
        }
        return practices
    }

    private func write(_ person: String, to practices: [PracticeWorld.Practice], in world: PracticeWorld) throws {
        for practice in practices {
            try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: practice.account.username)
        }
    }

    private func states(
        _ world: PracticeWorld, _ practices: [PracticeWorld.Practice]
    ) async throws -> Set<Connection.State> {
        var states: Set<Connection.State> = []
        for practice in practices {
            if let state = try await world.connection(practice)?.state { states.insert(state) }
        }
        return states
    }

    /// What operators are told, oldest first.
    private func told(_ world: PracticeWorld) async throws -> [Notice.Kind] {
        try await world.store.read(TenantID.system) { try $0.notices(limit: 100) }.reversed().map(\.kind)
    }

    @Test func anOutageOfOneAppLeavesTheOtherFlowAlone() async throws {
        let world = try await PracticeWorld()
        let failing = try await practices(world, 6, .instagramLogin)
        let working = try await practices(world, 2, .facebookPage)
        #expect(gauge(world, .instagramLogin) == 0 && gauge(world, .facebookPage) == 0)
        let rule = world.sandbox.switchOn(FaultRule(.tokenDead, flow: .instagramLogin))
        try write("anna", to: failing, in: world)
        try await world.settle()
        #expect(gauge(world, .instagramLogin) == 1 && gauge(world, .facebookPage) == 0)
        try write("bert", to: failing + working, in: world)
        try await world.settle()
        // One flow answers, the other waits and asks nothing.
        #expect(Set(world.sandbox.sends().map(\.account)) == Set(working.map(\.account.id)))
        #expect(try await states(world, failing + working) == [.active])
        let calls = world.calls("send")
        try await world.pass(seconds: 20)
        #expect(world.calls("send") == calls)
        #expect(try await told(world) == [.breakerOpened])
        world.sandbox.switchOff(id: rule.id)
        try await world.pass(seconds: 600)
        #expect(gauge(world, .instagramLogin) == 0)
        #expect(world.sandbox.sends().count == 14)
        #expect(try await states(world, failing + working) == [.active])
        #expect(try await told(world).suffix(1) == [.breakerClosed])
        await world.end()
    }

    /// Practices of the Page flow whose messages only the other app tells of: their patients' addresses have to be asked for.
    private func halfDeaf(_ world: PracticeWorld, _ count: Int) async throws -> [PracticeWorld.Practice] {
        var practices: [PracticeWorld.Practice] = []
        for number in 1...count {
            let practice = try await world.addPractice(
                "half_deaf_\(number)", flow: .facebookPage, rules: AnswerTests.anything, isToldTwice: true)
            try world.sandbox.dropSubscription(account: practice.account.id, flow: .facebookPage)
            practices.append(practice)
        }
        return practices
    }

    @Test func questionsForAddressesShowThatMetaFailsAsSendsDo() async throws {
        let world = try await PracticeWorld()
        let practices = try await halfDeaf(world, 6)
        let rule = world.sandbox.switchOn(FaultRule(.tokenDead, flow: .facebookPage))
        try write("anna", to: practices, in: world)
        try await world.settle()
        #expect(world.calls("send") == 0)
        #expect(gauge(world, .facebookPage) == 1)
        #expect(try await states(world, practices) == [.active])
        world.sandbox.switchOff(id: rule.id)
        try await world.pass(seconds: 600)
        #expect(world.sandbox.sends().count == 6)
        #expect(try await states(world, practices) == [.active])
        await world.end()
    }

    @Test func aTokenThatIsFoundDeadByAQuestionForAnAddressIsBelievedOfOne() async throws {
        let world = try await PracticeWorld()
        let practices = try await halfDeaf(world, 1)
        _ = try world.sandbox.killToken(account: practices[0].account.id, flow: .facebookPage)
        try write("anna", to: practices, in: world)
        try await world.settle()
        #expect(try await world.connection(practices[0])?.reason == .tokenDead)
        #expect(try await states(world, practices) == [.reconnectRequired])
        await world.end()
    }

    @Test func anAddressThatCannotBeHadIsAskedForMoreAndMoreSeldom() async throws {
        let world = try await PracticeWorld()
        let practices = try await halfDeaf(world, 1)
        let rule = world.sandbox.switchOn(FaultRule(.serverError, operation: "message"))
        try write("anna", to: practices, in: world)
        try await world.settle()
        try await world.pass(seconds: 7_200)
        // Every half minute these would be 240.
        #expect((10..<60).contains(world.calls("message")))
        world.sandbox.switchOff(id: rule.id)
        try await world.pass(seconds: 1_800)
        #expect(world.sandbox.sends().count == 1)
        await world.end()
    }

    @Test func anAppThatLostItsAccessDegradesNobodyAndEveryPatientIsAnsweredOnce() async throws {
        let world = try await PracticeWorld()
        let practices = try await practices(world, 8, .instagramLogin)
        for practice in practices { try world.sandbox.setMessageAccess(account: practice.account.id, isAllowed: false) }
        // Nobody's webhooks come any more either; these were on their way.
        let items = try practices.map { practice in
            (
                practice,
                try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: practice.account.username)
            )
        }
        for (practice, written) in items {
            try await world.deliver(
                #"{\#(world.head(written)),"message":{"mid":"\#(written.mid)","text":"hello"}}"#, to: practice)
        }
        try await world.settle()
        #expect(gauge(world, .instagramLogin) == 1)
        #expect(try await states(world, practices) == [.active])
        for practice in practices { #expect(try await world.replies(practice).map(\.state) == [.queued]) }
        // While it lasts nothing is concluded.
        try await world.pass(seconds: 300)
        #expect(try await states(world, practices) == [.active])
        for practice in practices { try world.sandbox.setMessageAccess(account: practice.account.id, isAllowed: true) }
        try await world.pass(seconds: 900)
        #expect(gauge(world, .instagramLogin) == 0)
        #expect(world.sandbox.sends().count == 8)
        #expect(Set(world.sandbox.sends().map(\.account)).count == 8)
        await world.end()
    }

    /// Nothing that a doctor could mend: nobody is told to connect again, and what was given up within the minute is sent.
    @Test func anAppWithoutAdvancedAccessDegradesNobodyAndEveryPatientIsAnsweredOnce() async throws {
        let world = try await PracticeWorld()
        let practices = try await practices(world, 8, .instagramLogin)
        let rule = world.sandbox.switchOn(FaultRule(.noAppAccess))
        try write("anna", to: practices, in: world)
        try await world.settle()
        #expect(gauge(world, .instagramLogin) == 1)
        #expect(try await states(world, practices) == [.active])
        #expect(world.log.text.contains("Meta refuses the app itself"))
        world.sandbox.switchOff(id: rule.id)
        try await world.pass(seconds: 900)
        #expect(gauge(world, .instagramLogin) == 0)
        #expect(Set(world.sandbox.sends().map(\.account)).count == 8 && world.sandbox.sends().count == 8)
        await world.end()
    }

    @Test func oneAppsRefusalOfOneReplyDegradesNoConnection() async throws {
        let world = try await PracticeWorld()
        let practices = try await practices(world, 1, .instagramLogin)
        world.sandbox.switchOn(FaultRule(.noAppAccess))
        try write("anna", to: practices, in: world)
        try await world.settle()
        #expect(try await states(world, practices) == [.active])
        #expect(try await world.replies(practices[0]).map(\.reason) == [.permission])
        // Nor does a check, which is refused alike.
        try await world.pass(seconds: 100_000)
        #expect(try await states(world, practices) == [.active])
        await world.end()
    }

    @Test func onePracticeThatLosesItsPermissionIsDegradedAlone() async throws {
        let world = try await PracticeWorld()
        let practices = try await practices(world, 6, .instagramLogin)
        // Her message is on its way already.
        try write("anna", to: [practices[0]], in: world)
        try world.sandbox.setMessageAccess(account: practices[0].account.id, isAllowed: false)
        try write("bert", to: Array(practices.dropFirst()), in: world)
        try await world.settle()
        let connection = try #require(try await world.connection(practices[0]))
        #expect(connection.state == .degraded && connection.reason == .scopesMissing)
        #expect(try await states(world, Array(practices.dropFirst())) == [.active])
        #expect(gauge(world, .instagramLogin) == 0)
        await world.end()
    }

    @Test func whatMayNotBeSentIsNotLookedAtAgainAndAgain() async throws {
        let world = try await PracticeWorld()
        let practices = try await practices(world, 6, .instagramLogin)
        let silent = practices[5]
        let now = world.clock.now
        try await world.store.setSwitches(Switches(sending: false), of: silent.tenant, by: .service, now: now)
        try await world.process.pipeline.reloadSwitches()
        try write("anna", to: [silent], in: world)
        try await world.settle()
        let pipeline = try world.process.pipeline
        let quiet = try await pipeline.dueReplies([], 64)
        #expect(quiet.work.isEmpty && quiet.nextDue == nil)
        world.sandbox.switchOn(FaultRule(.tokenDead, operation: "send"))
        try write("bert", to: Array(practices.prefix(5)), in: world)
        try await world.settle()
        let open = try #require(pipeline.breakers.open(for: .send)[.instagram])
        let paused = try await pipeline.dueReplies([], 64)
        #expect(paused.work.isEmpty)
        #expect(try #require(paused.nextDue) > world.clock.now && paused.nextDue.map { $0 <= open } == true)
        await world.end()
    }
}
