import Integrations
import MetaSandbox
import Storage
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What a connection may do is asked daily, and what can be mended is mended.
@Suite(.everyEngine, .serialized, .hangLimit) struct DailyCheckTests {
    private static let day = 86_400

    private func world(_ flow: SandboxFlow) async throws -> (PracticeWorld, PracticeWorld.Practice) {
        let world = try await PracticeWorld()
        return (world, try await world.addPractice("dr_lind", flow: flow, rules: AnswerTests.anything))
    }

    private func fields(_ world: PracticeWorld, _ practice: PracticeWorld.Practice) async throws -> [String] {
        let integration = try #require(world.integrations[practice.flow.rawValue])
        let connection = try #require(try await world.connection(practice))
        return try await integration.subscribedFields(try #require(AccountAccess(connection)))
    }

    @Test(arguments: SandboxFlow.allCases)
    func aDroppedSubscriptionIsMadeAnew(flow: SandboxFlow) async throws {
        let (world, practice) = try await world(flow)
        try await world.settle()
        try world.sandbox.dropSubscription(account: practice.account.id, flow: flow)
        #expect(try await fields(world, practice).isEmpty)
        try await world.pass(seconds: Self.day + 7_200)
        let wanted = try #require(world.integrations[flow.rawValue]).webhookFields
        #expect(Set(try await fields(world, practice)).isSuperset(of: wanted))
        let connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && Set(connection.subscribedFields).isSuperset(of: wanted))
        await world.end()
    }

    /// The service was away for some hours, and Meta has dropped everybody meanwhile.
    @Test(arguments: SandboxFlow.allCases)
    func afterALongSilenceNobodyWaitsForTheDailyCheck(flow: SandboxFlow) async throws {
        let (world, practice) = try await world(flow)
        let other = try await world.addPractice("dr_moreau", flow: flow, rules: AnswerTests.anything)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: practice.account.username)
        try await world.settle()
        for account in [practice.account.id, other.account.id] {
            try world.sandbox.dropSubscription(account: account, flow: flow)
        }
        world.clock.advance(milliseconds: 3 * 3_600_000)
        try await world.crash()
        try await world.pass(seconds: 60)
        for practice in [practice, other] {
            #expect(try await fields(world, practice).contains("messages"))
        }
        await world.end()
    }

    /// What waits for its sender is looked at again and again: that is no webhook.
    @Test func whatIsParkedBreaksNoSilence() async throws {
        let (world, practice) = try await world(.instagramLogin)
        for fault in [FaultName.senderlessEditOnly, .messageLookupEmpty, .conversationsEmpty] {
            world.sandbox.switchOn(FaultRule(fault))
        }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: practice.account.username)
        try await world.settle()
        let arrived = try await world.connection(practice)?.lastWebhookAt
        try world.sandbox.dropSubscription(account: practice.account.id, flow: .instagramLogin)
        try await world.pass(seconds: 2 * 3_600)
        #expect(try await world.events().map(\.reason) == [.senderUnresolved])
        #expect(try await world.connection(practice)?.lastWebhookAt == arrived && arrived != nil)
        #expect(try await fields(world, practice).contains("messages"))
        await world.end()
    }

    /// What is received while nothing is processed shows that Meta reaches us.
    @Test func whileProcessingIsOffThereIsNoSilence() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: practice.account.username)
        try await world.settle()
        try await world.store.setSwitches(
            Switches(processing: false), of: .system, by: .service, now: world.clock.now)
        try await world.process.pipeline.reloadSwitches()
        for _ in 0..<6 {
            try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: practice.account.username)
            try await world.pass(seconds: 1_800)
        }
        #expect(try await world.events().count { $0.reason == .processingPaused } == 6)
        #expect(try await world.store.readGlobal(.shardLoad) { try $0.checksAskedSince() } == nil)
        // And it would have been noticed.
        try await world.pass(seconds: 3_700)
        #expect(try await world.store.readGlobal(.shardLoad) { try $0.checksAskedSince() } != nil)
        await world.end()
    }

    @Test func aSubscriptionThatCannotBeMadeDegradesAndHeals() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.settle()
        // Meta says yes, and keeps nothing.
        world.answers.retouch { response in
            let text = String(decoding: response.body, as: UTF8.self)
            guard text.contains("subscribed_fields") else { return }
            response.body = Array(#"{"data":[]}"#.utf8)
        }
        try await world.pass(seconds: Self.day + 7_200)
        var connection = try #require(try await world.connection(practice))
        #expect(connection.state == .degraded && connection.reason == .notSubscribed)
        world.answers.retouch(nil)
        try await world.pass(seconds: Self.day + 7_200)
        connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && connection.reason == nil)
        await world.end()
    }

    @Test func aPageThatWasPartedFromItsAccountDegradesAndHeals() async throws {
        let (world, practice) = try await world(.facebookPage)
        try await world.settle()
        try world.sandbox.setPageLink(account: practice.account.id, isLinked: false)
        try await world.pass(seconds: Self.day + 7_200)
        var connection = try #require(try await world.connection(practice))
        #expect(connection.state == .degraded && connection.reason == .notSubscribed)
        #expect(connection.subscribedFields.isEmpty)
        try world.sandbox.setPageLink(account: practice.account.id, isLinked: true)
        try await world.pass(seconds: Self.day + 7_200)
        connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && connection.subscribedFields.contains("messages"))
        await world.end()
    }

    @Test func oneAnswerWithoutTheAccountDegradesNobody() async throws {
        let (world, practice) = try await world(.facebookPage)
        try await world.settle()
        let isTold = Mutex(false)
        world.answers.retouch { response in
            let body = String(decoding: response.body, as: UTF8.self)
            guard body.contains("instagram_business_account"), !isTold.withLock({ $0 }) else { return }
            isTold.withLock { $0 = true }
            response.body = Array(body.replacing("instagram_business_account", with: "another_field").utf8)
        }
        var plan: CarePlan?
        let end = world.clock.now.adding(seconds: 2 * Self.day)
        repeat {
            try await world.pass(seconds: 600)
            #expect(try await world.connection(practice)?.state == .active)
            plan = try await world.store.read(practice.tenant) { try $0.carePlan(of: practice.connection) }
        } while plan?.checkedAt == nil && world.clock.now < end
        #expect(plan?.checkedAt != nil && isTold.withLock { $0 })
        await world.end()
    }

    @Test func aDeadTokenIsFoundWithinADay() async throws {
        let (world, practice) = try await world(.facebookPage)
        try await world.settle()
        _ = try world.sandbox.killToken(account: practice.account.id)
        try await world.pass(seconds: Self.day + 7_200)
        let connection = try #require(try await world.connection(practice))
        #expect(connection.state == .reconnectRequired && connection.reason == .tokenDead)
        await world.end()
    }

    @Test func aFaultOfMetasChangesNothingAndIsAskedAboutAgain() async throws {
        let (world, practice) = try await world(.facebookPage)
        try await world.settle()
        try world.sandbox.dropSubscription(account: practice.account.id, flow: .facebookPage)
        world.sandbox.switchOn(FaultRule(.serverError, operation: "token"))
        try await world.pass(seconds: 2 * Self.day)
        #expect(try await world.connection(practice)?.state == .active)
        world.sandbox.switchOff()
        try await world.pass(seconds: 2 * 3_600)
        #expect(try await fields(world, practice).contains("messages"))
        await world.end()
    }

    private func degrade(_ world: PracticeWorld, _ practice: PracticeWorld.Practice) async throws {
        let now = world.clock.now
        try await world.store.write(practice.tenant) { rows in
            _ = try rows.setState(of: practice.connection, to: .degraded, reason: .scopesMissing, now: now)
        }
    }

    @Test func aMissingPermissionHealsWhereMessagesCanBeReadAgain() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.settle()
        try await degrade(world, practice)
        world.sandbox.switchOn(FaultRule(.serverError, operation: "conversations"))
        try await world.pass(seconds: Self.day + 7_200)
        // Nothing is known of it.
        #expect(try await world.connection(practice)?.reason == .scopesMissing)
        world.sandbox.switchOff()
        try await world.pass(seconds: 2 * 3_600)
        let healed = try #require(try await world.connection(practice))
        #expect(healed.state == .active && healed.reason == nil)
        await world.end()
    }

    @Test func aPermissionThatIsStillMissingStaysSo() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.settle()
        try await degrade(world, practice)
        let refusal = #"{"error":{"message":"(#10) no","type":"OAuthException","code":10}}"#
        refuseLists(world, refusal)
        try await world.pass(seconds: 2 * Self.day + 7_200)
        #expect(try await world.connection(practice)?.reason == .scopesMissing)
        let plan = try await world.store.read(practice.tenant) { try $0.carePlan(of: practice.connection) }
        #expect(plan?.checkedAt != nil)
        await world.end()
    }

    /// What a check asks first is answered; no conversation is listed.
    private func refuseLists(_ world: PracticeWorld, _ refusal: String) {
        world.answers.retouch { response in
            guard String(decoding: response.body, as: UTF8.self) == #"{"data":[]}"# else { return }
            response.status = 403
            response.body = Array(refusal.utf8)
        }
    }

    @Test(arguments: [
        (SandboxFlow.instagramLogin, "instagram_business_manage_messages"),
        (.facebookPage, "instagram_manage_messages"),
    ])
    func aPermissionThatIsTakenAwayIsFoundWithinADay(flow: SandboxFlow, scope: String) async throws {
        let (world, practice) = try await world(flow)
        try await world.settle()
        try world.sandbox.setScope(scope, account: practice.account.id, isGranted: false)
        try await world.pass(seconds: Self.day + 7_200)
        var connection = try #require(try await world.connection(practice))
        #expect(connection.state == .degraded && connection.reason == .scopesMissing)
        // Nobody has written meanwhile.
        #expect(world.calls("send") == 0)
        try world.sandbox.setScope(scope, account: practice.account.id, isGranted: true)
        try await world.pass(seconds: Self.day + 7_200)
        connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && connection.reason == nil)
        await world.end()
    }

    /// The owner's switch in the Instagram app: no scope shows it, and no message comes any more.
    @Test(arguments: SandboxFlow.allCases)
    func accessToMessagesThatIsOffIsFoundWithinADay(flow: SandboxFlow) async throws {
        let (world, practice) = try await world(flow)
        try await world.settle()
        try world.sandbox.setMessageAccess(account: practice.account.id, isAllowed: false)
        try await world.pass(seconds: Self.day + 7_200)
        var connection = try #require(try await world.connection(practice))
        #expect(connection.state == .degraded && connection.reason == .scopesMissing)
        try world.sandbox.setMessageAccess(account: practice.account.id, isAllowed: true)
        try await world.pass(seconds: Self.day + 7_200)
        connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && connection.reason == nil)
        await world.end()
    }

    /// Whichever question is refused: asked again for ever it would tell nobody.
    @Test func aRefusalOfAnyQuestionIsAMissingPermission() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.settle()
        world.answers.retouch { response in
            guard String(decoding: response.body, as: UTF8.self).contains("subscribed_fields") else { return }
            response.status = 403
            response.body = Array(#"{"error":{"message":"(#200) no","type":"OAuthException","code":200}}"#.utf8)
        }
        try await world.pass(seconds: Self.day + 7_200)
        let connection = try #require(try await world.connection(practice))
        #expect(connection.state == .degraded && connection.reason == .scopesMissing)
        await world.end()
    }

    /// What the app itself may not ask is nothing that a doctor has taken away.
    @Test func anAppWithoutTheCapabilityToListDegradesNobody() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.settle()
        refuseLists(
            world, #"{"error":{"message":"(#3) no capability","type":"OAuthException","code":3}}"#)
        try await world.pass(seconds: Self.day + 7_200)
        #expect(try await world.connection(practice)?.state == .active)
        #expect(world.calls("conversations") > 0)
        #expect(world.log.text.contains("Meta refuses the app itself"))
        await world.end()
    }

    @Test func aListThatFailsKeepsNobodyFromBeingSubscribed() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.settle()
        world.sandbox.switchOn(FaultRule(.serverError, operation: "conversations"))
        try world.sandbox.dropSubscription(account: practice.account.id, flow: .instagramLogin)
        try await world.pass(seconds: Self.day + 7_200)
        #expect(try await fields(world, practice).contains("messages"))
        #expect(try await world.connection(practice)?.state == .active)
        await world.end()
    }

    /// Where all are checked at once, as after a silence, that many lack a permission is the app's affair.
    @Test func aPermissionThatManyLackAtOnceIsNobodysFault() async throws {
        let world = try await PracticeWorld()
        var practices: [PracticeWorld.Practice] = []
        for number in 1...8 {
            practices.append(
                try await world.addPractice("dr_\(number)", flow: .instagramLogin, rules: AnswerTests.anything))
        }
        try await world.settle()
        for practice in practices {
            try world.sandbox.setMessageAccess(account: practice.account.id, isAllowed: false)
            let now = world.clock.now
            try await world.store.write(practice.tenant) { rows in
                try rows.checkNow(practice.connection, unlessSince: now.adding(seconds: 1), now: now)
            }
        }
        try await world.pass(seconds: 300)
        #expect(world.calls("conversations") >= 5)
        for practice in practices { #expect(try await world.connection(practice)?.state == .active) }
        for practice in practices.dropFirst(3) {
            try world.sandbox.setMessageAccess(account: practice.account.id, isAllowed: true)
        }
        for person in ["anna", "bert", "cleo"] {
            // Nobody is checked for a silence.
            try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_8")
            try await world.pass(seconds: 1_800)
        }
        // Of those who lack it still nothing was concluded for a day: they are asked again within the hour.
        for (index, practice) in practices.enumerated() {
            #expect(try await world.connection(practice)?.reason == (index < 3 ? .scopesMissing : nil))
        }
        await world.end()
    }

    @Test func messagesWithoutTheirSenderDegradeAndHeal() async throws {
        let (world, practice) = try await world(.instagramLogin)
        try await world.pass(seconds: Self.day / 2)
        world.sandbox.switchOn(FaultRule(.senderlessEditOnly))
        for person in ["anna", "bert", "cleo"] {
            try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
        }
        try await world.pass(seconds: 60)
        #expect(world.sandbox.sends().count == 3)
        world.sandbox.switchOff()
        try await world.pass(seconds: Self.day * 2 / 3)
        var connection = try #require(try await world.connection(practice))
        #expect(connection.state == .degraded && connection.reason == .senderless)
        #expect(world.log.text.contains("connection lacks something: senderless"))
        try await world.pass(seconds: Self.day / 2)
        try world.sandbox.write(SandboxContent(text: "hello"), from: "dora", to: "dr_lind")
        try await world.pass(seconds: Self.day)
        connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && connection.reason == nil)
        await world.end()
    }

    @Test func aFlowThatWasNotConfiguredForAWhileIsCheckedAgain() async throws {
        let (world, practice) = try await world(.facebookPage)
        try await world.settle()
        // As a start without the flow's app leaves it.
        try await world.store.write(practice.tenant) { rows in
            try rows.setCarePlan(of: practice.connection, CarePlan(dueAt: nil))
        }
        try world.sandbox.dropSubscription(account: practice.account.id, flow: .facebookPage)
        try await world.crash()
        try await world.pass(seconds: Self.day + 7_200)
        #expect(try await fields(world, practice).contains("messages"))
        await world.end()
    }

    // MARK: What follows from what Meta says

    private static let needed = ["a", "b"]

    @Test func whatCanBeReadIsPermitted() {
        let moment = Timestamp(milliseconds: 0)
        let connection = Connection(
            id: ConnectionID(Identifier(high: 1, low: 1)), tenantID: .system, flow: Flow(rawValue: "any"),
            state: .degraded, reason: .scopesMissing, instagramPageID: "1", createdAt: moment, updatedAt: moment)
        var finding = DailyCheck.Finding(
            scopes: nil, fields: ["messages"], requiredScopes: Self.needed, access: .granted)
        #expect(finding.change(of: connection)?.state == .active)
        finding.fields = []
        #expect(finding.change(of: connection)?.reason == .notSubscribed)
        for unreadable in [nil, .refused, .appMayNot] as [MessageAccess?] {
            finding.access = unreadable
            #expect(finding.change(of: connection) == nil)
        }
        // A list that was whole when a reply was refused shows nothing new.
        finding.access = .appMayNot
        finding.scopes = Self.needed
        finding.fields = ["messages"]
        #expect(finding.change(of: connection)?.state == .active)
        var whole = connection
        whole.scopes = Self.needed
        #expect(finding.change(of: whole) == nil)
    }

    /// State and reason, scopes, fields; state and reason then, `nil` where nothing changes.
    @Test(arguments: [
        (Connection.State.active, nil as Connection.Reason?, ["a", "b"] as [String]?, ["messages"], "nothing"),
        (.active, nil, nil, ["messages"], "nothing"),
        (.active, nil, ["a"], ["messages"], "degraded scopes_missing"),
        (.active, nil, ["a"], [], "degraded scopes_missing"),
        (.active, nil, nil, ["reads"], "degraded not_subscribed"),
        (.degraded, .notSubscribed, nil, ["messages"], "active"),
        (.degraded, .notSubscribed, ["a"], [], "degraded scopes_missing"),
        (.degraded, .notSubscribed, nil, [], "nothing"),
        (.degraded, .scopesMissing, ["a", "b"], ["messages"], "active"),
        (.degraded, .scopesMissing, ["a", "b"], [], "degraded not_subscribed"),
        (.degraded, .scopesMissing, nil, ["messages"], "nothing"),
        (.degraded, .tokenExpiring, ["a"], [], "nothing"),
        (.degraded, .senderless, ["a", "b"], ["messages"], "nothing"),
    ])
    func whatFollows(
        _ state: Connection.State, _ reason: Connection.Reason?, _ scopes: [String]?, _ fields: [String],
        _ expected: String
    ) {
        let moment = Timestamp(milliseconds: 0)
        let connection = Connection(
            id: ConnectionID(Identifier(high: 1, low: 1)), tenantID: .system, flow: Flow(rawValue: "any"), state: state,
            reason: reason, instagramPageID: "1", createdAt: moment, updatedAt: moment)
        let finding = DailyCheck.Finding(scopes: scopes, fields: fields, requiredScopes: Self.needed)
        let change = finding.change(of: connection)
        let words = change.map { change in
            [change.state.rawValue, change.reason?.rawValue].compactMap(\.self).joined(separator: " ")
        }
        #expect(words ?? "nothing" == expected)
    }
}
