import Integrations
import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// What `/metrics` counts, however it came about.
@Suite(.serialized, .hangLimit) struct MetricsTests {
    private static let latencies = "clariva_reply_latency_seconds_count"

    private func replies(_ state: String) -> String { #"clariva_replies_total{state="\#(state)"}"# }

    private func world() async throws -> (PracticeWorld, PracticeWorld.Practice) {
        let world = try await PracticeWorld()
        return (world, try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything))
    }

    private func hello(_ world: PracticeWorld) async throws {
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        try await world.settle()
    }

    @Test func aSentReplyCountsOnceWithItsLatency() async throws {
        let (world, _) = try await world()
        try await hello(world)
        for state in ["composing", "queued", "sending", "sent"] { #expect(world.metric(replies(state)) == 1) }
        #expect(world.metric(Self.latencies) == 1)
        await world.end()
    }

    @Test func whatAnAppHasUsedUpIsKnown() {
        let registry = PrometheusRegistry(descriptions: GatewayMetrics.descriptions)
        let metrics = GatewayMetrics(registry)
        let series = #"clariva_graph_app_usage_percent{flow="facebook_page"} "#
        for (headers, expected) in [
            ([], nil), ([("X-App-Usage", #"{"call_count":81,"total_time":7}"#)], "81"), ([], "81"),
        ] as [([(String, String)], String?)] {
            let usage = UsageHeaders(HTTPResponse(status: 200, headers: headers))
            metrics.graphRequest(
                GraphObservation(flow: "facebook_page", operation: .send, outcome: "ok", usage: usage))
            let line = registry.exposition().split(separator: "\n").first { $0.hasPrefix(series) }
            #expect(line.map { String($0.dropFirst(series.count)) } == expected)
        }
    }

    @Test func whatAnEchoSettlesCountsLikeAnAnswer() async throws {
        let (world, practice) = try await world()
        world.sandbox.switchOn(FaultRule(.lostAnswer, operation: "send"))
        try await hello(world)
        #expect(try await world.replies(practice).map(\.reason) == [.echoSettled])
        #expect(world.metric(replies("sent")) == 1)
        #expect(world.metric(Self.latencies) == 1)
        await world.end()
    }

    @Test func whatAReadingSettlesCountsLikeAnAnswer() async throws {
        let (world, practice) = try await world()
        world.sandbox.switchOn(FaultRule(.echoMissing))
        world.sandbox.switchOn(FaultRule(.lostAnswer, operation: "send"))
        try await hello(world)
        try await world.pass(seconds: 60)
        #expect(try await world.replies(practice).map(\.reason) == [.readBack])
        #expect(world.metric(replies("unknown")) == 1)
        #expect(world.metric(replies("sent")) == 1)
        #expect(world.metric(Self.latencies) == 1)
        await world.end()
    }

    @Test func aTakeoverCountsWhatItCancels() async throws {
        let (world, practice) = try await world()
        world.sandbox.switchOn(FaultRule(.throttle, operation: "send"))
        try await hello(world)
        try world.sandbox.replyByHand(SandboxContent(text: "Come at nine."), to: "anna", from: "dr_lind")
        try await world.settle()
        #expect(try await world.replies(practice).map(\.state) == [.cancelled])
        #expect(world.metric(replies("cancelled")) == 1)
        await world.end()
    }

    @Test func whatIsHeldOrExpiredBeforeItIsSentCounts() async throws {
        let (world, practice) = try await world()
        world.sandbox.switchOn(FaultRule(.throttle, operation: "send"))
        try await hello(world)
        _ = try await world.sql("UPDATE connections SET state = 'reconnect_required'")
        try await world.pass(seconds: 61)
        #expect(world.metric(replies("held")) == 1)
        try await world.pass(seconds: 86_400)
        try await world.connect(practice)
        try await world.settle()
        #expect(try await world.replies(practice).map(\.state) == [.expired])
        #expect(world.metric(replies("expired")) == 1)
        await world.end()
    }

    @Test func aParkedEventCountsOnceHoweverOftenItIsTried() async throws {
        let (world, practice) = try await world()
        for fault in [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty] {
            world.sandbox.switchOn(FaultRule(fault))
        }
        try await hello(world)
        try await world.pass(seconds: 1_000)
        #expect(try await world.events(of: practice).first?.attempts ?? 0 > 2)
        #expect(world.metric(#"clariva_events_total{kind="edit",reason="sender_unresolved"}"#) == 1)
        await world.end()
    }
}
