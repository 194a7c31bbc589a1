import MetaSandbox
import Metrics
import Storage
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Tokens over weeks: the sandbox renews them as Meta does, and the clock is moved.
@Suite(.everyEngine, .serialized, .hangLimit) struct TokenRefreshTests {
    private static let day = 86_400

    private func renewals(_ world: PracticeWorld, _ outcome: String) -> Double {
        world.metric(#"clariva_token_refreshes_total{outcome="\#(outcome)"}"#) ?? 0
    }

    /// A practice whose token lives 60 days from now.
    private func practice(_ world: PracticeWorld, _ name: String = "dr_lind") async throws -> PracticeWorld.Practice {
        try await world.addPractice(name, flow: .instagramLogin, rules: AnswerTests.anything)
    }

    /// Tells when the token was got, as a connect does, and has the connection looked after.
    private func begin(_ world: PracticeWorld, _ practices: [PracticeWorld.Practice], issuedAt: Timestamp) async throws
    {
        let now = world.clock.now
        for practice in practices {
            let token = try #require(try await world.connection(practice)?.token)
            try await world.store.write(practice.tenant) { rows in
                _ = try rows.storeToken(
                    practice.connection, token, issuedAt: issuedAt, expiresAt: issuedAt.adding(seconds: 60 * Self.day))
                // The daily check has just been made.
                try rows.setCarePlan(of: practice.connection, CarePlan(dueAt: issuedAt, checkedAt: now))
            }
        }
        try world.process.pipeline.wakeCares()
        try await world.settle()
    }

    private func isAnswered(_ world: PracticeWorld, _ practice: PracticeWorld.Practice) async throws -> Bool {
        let before = try await world.replies(practice).count { $0.state == .sent }
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna\(before)", to: practice.account.username)
        try await world.settle()
        return try await world.replies(practice).count { $0.state == .sent } == before + 1
    }

    @Test func aTokenIsRenewedEveryWeekForMonths() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let first = try #require(try await world.connection(practice)?.token)
        try await begin(world, [practice], issuedAt: world.clock.now)
        try await world.pass(seconds: 7 * Self.day - 1)
        #expect(renewals(world, "renewed") == 0)
        #expect(try await world.connection(practice)?.token == first)
        try await world.pass(seconds: Self.day + 1)
        #expect(renewals(world, "renewed") == 1)
        try await world.pass(seconds: 60 * Self.day)
        #expect((8...9).contains(renewals(world, "renewed")))
        let connection = try #require(try await world.connection(practice))
        #expect(connection.state == .active && connection.reason == nil && connection.token != first)
        let left = try #require(connection.tokenExpiresAt).milliseconds - world.clock.now.milliseconds
        #expect(left > 51 * Int64(Self.day) * 1000)
        #expect(try await isAnswered(world, practice))
        let log = world.log.text
        #expect(log.contains("token renewed") && !log.contains(first) && !log.contains("ends within"))
        await world.end()
    }

    @Test func weeksInWhichNothingRanAreMadeUpFor() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let start = world.clock.now
        world.clock.advance(to: start.adding(seconds: 55 * Self.day))
        try await begin(world, [practice], issuedAt: start)
        #expect(renewals(world, "renewed") == 1)
        #expect(try await world.connection(practice)?.state == .active)
        // It was renewed before anybody was warned.
        #expect(!world.log.text.contains("ends within"))
        await world.end()
    }

    @Test func aDeadTokenWantsAReconnectAndIsNotAskedForAgain() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let start = world.clock.now
        world.clock.advance(to: start.adding(seconds: 10 * Self.day))
        // The daily check finds it well; then it dies.
        try await world.settle()
        _ = try world.sandbox.killToken(account: practice.account.id)
        try await begin(world, [practice], issuedAt: start)
        let connection = try #require(try await world.connection(practice))
        #expect(connection.state == .reconnectRequired && connection.reason == .tokenDead)
        #expect(renewals(world, "dead") == 1)
        try await world.pass(seconds: 30 * Self.day)
        #expect(renewals(world, "dead") == 1 && renewals(world, "failed") == 0)
        // A connect begins anew.
        try await world.connect(practice)
        try await world.settle()
        #expect(try await world.connection(practice)?.state == .active)
        await world.end()
    }

    @Test func aFaultOfMetasIsWarnedOfInTimeAndHealed() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let old = try #require(try await world.connection(practice)?.token)
        let start = world.clock.now
        world.clock.advance(to: start.adding(seconds: 45 * Self.day))
        world.sandbox.switchOn(FaultRule(.serverError, operation: "token"))
        try await begin(world, [practice], issuedAt: start)
        #expect(renewals(world, "failed") == 1)
        #expect(try await world.connection(practice)?.state == .active)
        var seen: [Int] = []
        for (days, step) in [(1, 14), (7, 7), (4, 3), (2, 1)] {
            try await world.pass(seconds: days * Self.day)
            let connection = try #require(try await world.connection(practice))
            #expect(connection.state == .degraded && connection.reason == .tokenExpiring)
            #expect(connection.token == old)
            seen.append(step)
            let told = ConnectionCare.ladder.filter { world.log.text.contains("ends within \($0) days") }
            #expect(told == seen)
        }
        #expect(world.log.text.split(separator: "\n").count { $0.contains("ends within") } == 4)
        // It answers all the while.
        #expect(try await isAnswered(world, practice))
        world.sandbox.switchOff()
        try await world.pass(seconds: Self.day / 4)
        let healed = try #require(try await world.connection(practice))
        #expect(healed.state == .active && healed.reason == nil && healed.token != old)
        #expect(renewals(world, "renewed") == 1)
        // The owner is told of each step, and that it is over.
        let told = try await world.store.read(practice.tenant) { try $0.notices(limit: 100) }.reversed()
        #expect(told.compactMap(\.facts.days) == [14, 7, 3, 1])
        #expect(Array(told.map(\.kind).suffix(2)) == [.connectionTokenExpiring, .connectionHealed])
        #expect(told.count == 5)
        // What was told is told again when it is true again.
        let plan = try await world.store.read(practice.tenant) { try $0.carePlan(of: practice.connection) }
        #expect(plan?.warned == 0 && plan?.attempts == 0)
        await world.end()
    }

    @Test func manyDeadTokensAtOnceAreMetasFault() async throws {
        let world = try await PracticeWorld()
        var practices: [PracticeWorld.Practice] = []
        for number in 1...6 { practices.append(try await practice(world, "dr_\(number)")) }
        let start = world.clock.now
        world.clock.advance(to: start.adding(seconds: 10 * Self.day))
        for practice in practices { _ = try world.sandbox.killToken(account: practice.account.id) }
        try await begin(world, practices, issuedAt: start)
        for practice in practices { #expect(try await world.connection(practice)?.state == .active) }
        // While it lasts, nothing is concluded.
        try await world.pass(seconds: 600)
        for practice in practices {
            let connection = try #require(try await world.connection(practice))
            #expect(connection.state == .active && connection.reason == nil)
        }
        for practice in practices { _ = try world.sandbox.reviveToken(account: practice.account.id) }
        try await world.pass(seconds: 1_800)
        #expect(renewals(world, "renewed") == 6)
        for practice in practices { #expect(try await isAnswered(world, practice)) }
        await world.end()
    }

    @Test func aCheckThatFailsForEverKeepsNoTokenFromBeingRenewed() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let start = world.clock.now
        world.sandbox.switchOn(FaultRule(.serverError, operation: "subscribed_apps"))
        try await begin(world, [practice], issuedAt: start)
        try await world.pass(seconds: 9 * Self.day)
        #expect(renewals(world, "renewed") == 1)
        await world.end()
    }

    @Test func aTokenOfAnotherAccountIsNotTaken() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let old = try #require(try await world.connection(practice)?.token)
        let start = world.clock.now
        world.clock.advance(to: start.adding(seconds: 10 * Self.day))
        let own = [practice.account.id, practice.account.appScopedID]
        world.answers.retouch { response in
            let text = String(decoding: response.body, as: UTF8.self)
            guard text.contains("user_id") else { return }
            response.body = Array(own.reduce(text) { $0.replacing($1, with: "17840000000000099") }.utf8)
        }
        try await begin(world, [practice], issuedAt: start)
        let connection = try #require(try await world.connection(practice))
        // The daily check of the same visit sees it as well, and says that nothing of this account comes.
        #expect(connection.token == old && connection.state.answers)
        #expect(renewals(world, "foreign") == 1 && renewals(world, "renewed") == 0)
        world.answers.retouch(nil)
        try await world.pass(seconds: 600)
        #expect(renewals(world, "renewed") == 1)
        await world.end()
    }

    @Test func ofTwoProcessesTheShardsOwnerRenewsAndAStaleOneChangesNothing() async throws {
        let world = try await PracticeWorld()
        let practice = try await practice(world)
        let old = try #require(try await world.connection(practice)?.token)
        let start = world.clock.now
        world.clock.advance(to: start.adding(seconds: 10 * Self.day))
        let process = try world.process
        process.pipeline.stop()
        _ = await process.task.result
        try await begin(world, [practice], issuedAt: start)

        let shard = Shard(of: practice.tenant)
        let workers = (1...2).map { Identifier(high: 0x7000, low: 0x8000_0000_0000_0010 + $0) }
        let tables = workers.map { _ in ShardTable(isShared: true) }
        let pipelines = tables.map { table in
            Pipeline(
                store: process.store, integrations: world.integrations, routes: RouteTable(store: process.store),
                shards: table, clock: world.clock, settings: world.settings,
                metrics: GatewayMetrics(world.registry), logger: world.log.logger)
        }
        func take(_ index: Int) async throws {
            let epoch = try await process.store.writeGlobal { rows -> Int64? in
                let map = try rows.renewLease(of: workers[index], lease: 60_000)
                return try map.shards.first { $0.shard == shard }.flatMap { try rows.take($0, for: workers[index]) }
            }
            let held = try #require(epoch)
            tables[index].add(shard, epoch: held)
            tables[index].renewed(until: .now + .seconds(600), [shard: held])
        }
        try await take(0)
        #expect(try await pipelines[1].dueCare([], 8).work.isEmpty)
        let stale = try #require(try await pipelines[0].dueCare([], 8).work.first)
        // The first one stands still, and its shard goes to the second.
        try await process.store.writeGlobal { try $0.endLease(of: workers[0]) }
        try await take(1)
        await stale.run()
        #expect(try await world.connection(practice)?.token == old)
        #expect(renewals(world, "renewed") == 0)
        #expect(try await pipelines[0].dueCare([], 8).work.isEmpty)
        let work = try await pipelines[1].dueCare([], 8).work
        #expect(work.count == 1)
        await work.first?.run()
        #expect(renewals(world, "renewed") == 1)
        #expect(try await world.connection(practice)?.token != old)
        #expect(try await pipelines[1].dueCare([], 8).work.isEmpty)
        await world.end()
    }
}
