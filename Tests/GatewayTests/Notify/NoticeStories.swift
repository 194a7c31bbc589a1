import HTTPTypes
import Integrations
import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Owners hear of what needs them, over real HTTP.
@Suite(.everyEngine, .serialized, .hangLimit) struct NoticeStories {
    private func open(
        _ story: (PracticeWorld, PracticeWorld.Practice, NoticeReceiver) async throws -> Void
    ) async throws {
        let receiver = try await NoticeReceiver()
        let world = try await PracticeWorld(notify: receiver.notify)
        let practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        try await world.settle()
        try await story(world, practice, receiver)
        await world.end()
        await receiver.end()
    }

    private func degrade(_ world: PracticeWorld, _ practice: PracticeWorld.Practice) async throws {
        let now = world.clock.now
        try await world.store.write(practice.tenant) { rows in
            _ = try rows.setState(of: practice.connection, to: .degraded, reason: .senderless, now: now)
        }
        try world.process.pipeline.wakeNotices()
        try await world.settle()
    }

    private func notices(_ world: PracticeWorld, _ practice: PracticeWorld.Practice) async throws -> [Notice] {
        try await world.store.read(practice.tenant) { try $0.notices(limit: 100) }.reversed()
    }

    private func told(_ world: PracticeWorld, _ outcome: String) -> Double {
        world.metric(#"clariva_notifications_total{outcome="\#(outcome)"}"#) ?? 0
    }

    @Test func whoOwnsAConnectionHearsThatItNeedsThemAndThatItDoesNotAnyMore() async throws {
        try await open { world, practice, receiver in
            _ = try world.sandbox.killToken(account: practice.account.id)
            let written = try world.sandbox.write(SandboxContent(text: "I am in pain"), from: "anna", to: "dr_lind")
            // The sweep finds it, at the latest.
            try await world.pass(seconds: 2 * Pipeline.sweepInterval)
            #expect(receiver.types == ["connection.reconnect_required"])
            let call = try #require(receiver.calls.first)
            #expect(call.isSigned && call.path == "/hook")
            #expect(call.json["data"]?["connection_id"]?.string == practice.connection.description)
            #expect(call.json["data"]?["state_reason"]?.string == "token_dead")
            #expect(call.timestamp == "\(world.clock.now.milliseconds / 1000)" || Int64(call.timestamp) != nil)
            let secrets =
                world.tokens.withLock { $0 } + [try #require(written.senders[.instagramLogin]), "anna", "pain"]
            for secret in secrets { #expect(!call.text.contains(secret)) }
            try await world.connect(practice)
            try await world.pass(seconds: 2 * Pipeline.sweepInterval)
            #expect(receiver.types == ["connection.reconnect_required", "connection.healed"])
            #expect(told(world, "delivered") == 2 && told(world, "failed") == 0)
            #expect(try await notices(world, practice).allSatisfy { $0.dueAt == nil && $0.outcome == "delivered" })
            #expect(world.log.text.contains("owner told") && !world.log.text.contains(NoticeReceiver.secret))
        }
    }

    @Test func aReceiverThatFailsIsTriedAgainWithTheSameIdAndNoRedirectIsFollowed() async throws {
        try await open { world, practice, receiver in
            receiver.answer(500)
            receiver.answer(302, headers: [.location: "/elsewhere"])
            receiver.answer(429, headers: [.retryAfter: "3000"])
            let start = world.clock.now
            try await degrade(world, practice)
            #expect(receiver.calls.count == 1)
            try await world.pass(seconds: 6)
            #expect(receiver.calls.count == 2)
            try await world.pass(seconds: 340)
            #expect(receiver.calls.count == 3)
            // The third call was made at some moment of those 340 seconds.
            try await world.pass(seconds: 2_600)
            #expect(receiver.calls.count == 3)
            try await world.pass(seconds: 800)
            #expect(receiver.calls.count == 4)
            #expect(Set(receiver.calls.map(\.id)).count == 1 && Set(receiver.calls.map(\.path)) == ["/hook"])
            #expect(Set(receiver.calls.map(\.timestamp)).count == 4 && receiver.calls.allSatisfy(\.isSigned))
            #expect(Set(receiver.calls.map(\.text)).count == 1)
            #expect(told(world, "failed") == 3 && told(world, "delivered") == 1)
            let notice = try #require(try await notices(world, practice).first)
            #expect(notice.attempts == 4 && notice.createdAt == start && notice.settledAt != nil)
        }
    }

    @Test func whoWantsNoMoreIsNotAskedAgain() async throws {
        try await open { world, practice, receiver in
            receiver.answer(410)
            try await degrade(world, practice)
            try await world.pass(seconds: 86_400)
            #expect(receiver.types.filter { $0 == "connection.degraded" }.count == 1)
            let notice = try #require(try await notices(world, practice).first)
            #expect(notice.outcome == "http_410" && notice.dueAt == nil && told(world, "given_up") == 1)
        }
    }

    @Test func whoCannotBeReachedForThreeDaysIsGivenUp() async throws {
        let receiver = try await NoticeReceiver()
        let notify = receiver.notify
        // Nobody listens there any more.
        await receiver.end()
        let world = try await PracticeWorld(notify: notify)
        let practice = try await world.addPractice("dr_lind", flow: .facebookPage, rules: AnswerTests.anything)
        try await world.settle()
        try await degrade(world, practice)
        #expect(told(world, "failed") == 1)
        try await world.pass(seconds: 4 * 86_400)
        let notice = try #require(try await notices(world, practice).first)
        #expect(notice.attempts == NoticeSchedule.waits.count + 1 && notice.dueAt == nil)
        #expect(["connect", "timeout", "reset"].contains(notice.outcome ?? ""))
        #expect(told(world, "given_up") == 1 && world.log.text.contains("given up"))
        await world.end()
    }

    @Test func aStartLaterItIsStillTold() async throws {
        try await open { world, practice, receiver in
            receiver.answer(503)
            try await degrade(world, practice)
            try await world.crash()
            try await world.pass(seconds: 60)
            #expect(receiver.types.filter { $0 == "connection.degraded" }.count == 2)
            #expect(Set(receiver.calls.prefix(2).map(\.id)).count == 1)
            #expect(told(world, "delivered") >= 1)
        }
    }

    @Test func onlyTheShardsOwnerTells() async throws {
        try await open { world, practice, receiver in
            let process = try world.process
            process.pipeline.stop()
            _ = await process.task.result
            let now = world.clock.now
            try await process.store.write(practice.tenant) { rows in
                _ = try rows.setState(of: practice.connection, to: .degraded, reason: .senderless, now: now)
            }
            func worker(_ shards: ShardTable) throws -> Pipeline {
                Pipeline(
                    store: process.store, integrations: world.integrations, routes: RouteTable(store: process.store),
                    shards: shards, clock: world.clock, settings: world.settings,
                    metrics: GatewayMetrics(world.registry), logger: world.log.logger,
                    courier: try NoticeCourier(
                        receiver.notify, transport: world.answers, integrations: IntegrationRegistry([])))
            }
            // It shares the database, and owns nothing.
            #expect(try await worker(ShardTable(isShared: true)).dueNotices([], 8).work.isEmpty)
            let owner = try worker(ShardTable(isShared: false))
            let work = try await owner.dueNotices([], 8).work
            #expect(work.count == 1)
            await work.first?.run()
            #expect(receiver.types == ["connection.degraded"])
            #expect(try await owner.dueNotices([], 8).work.isEmpty)
        }
    }

    @Test func doctorMakesASignedCall() async throws {
        let receiver = try await NoticeReceiver()
        let transport = try CurlTransport()
        let check = NotifyCheck(transport: transport)
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        #expect(await check.run(receiver.notify, now: now).status == .pass)
        #expect(receiver.calls.map(\.isSigned) == [true] && receiver.types == ["doctor.test"])
        for status in [401, 410] {
            receiver.answer(status)
            let result = await check.run(receiver.notify, now: now)
            #expect(result.status == .fail && result.fix != nil && result.detail.contains("\(status)"))
        }
        #expect(await check.run(nil, now: now).status == .pass)
        await receiver.end()
        #expect(await check.run(receiver.notify, now: now).status == .fail)
        transport.shutdown()
    }
}
