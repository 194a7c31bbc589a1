import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Synchronization
import Testing

@testable import Gateway

/// The handler on a channel without a socket: what it writes, hands on, and holds back.
struct WebhookLaneTests {
    /// Deliveries that wait for their answer.
    private final class Deliveries: Sendable {
        private let open = Mutex<[(body: String, answer: @Sendable (ReceiveAnswer) -> Void)]>([])

        var bodies: [String] { open.withLock { $0.map(\.body) } }

        func add(_ body: [UInt8], _ answer: @escaping @Sendable (ReceiveAnswer) -> Void) {
            open.withLock { $0.append((String(decoding: body, as: UTF8.self), answer)) }
        }

        func answerFirst(_ answer: ReceiveAnswer = .stored) { open.withLock { $0.removeFirst() }.answer(answer) }
    }

    /// What stands behind the lane, as Hummingbird does.
    private final class Behind: ChannelInboundHandler {
        typealias InboundIn = HTTPRequestPart
        var heard: [String] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): heard.append(head.path ?? "")
            case .body: heard.append("body")
            case .end: heard.append("end")
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { heard.append("\(event)") }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { heard.append("error") }
    }

    private struct NoHTTP: Error {}

    /// How often the socket was asked for more.
    private final class Reads: ChannelOutboundHandler {
        typealias OutboundIn = HTTPResponsePart
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    private let deliveries = Deliveries()
    private let behind = Behind()
    private let reads = Reads()
    private let channel: EmbeddedChannel

    init() throws {
        let deliveries = deliveries
        let lane = WebhookLane { body, _, answer in deliveries.add(body, answer) }
        channel = EmbeddedChannel(handlers: [reads, lane, behind])
        try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func receive(_ parts: HTTPRequestPart...) throws {
        for part in parts { try channel.writeInbound(part) }
    }

    /// What was written: statuses, bodies and ends.
    private func written() throws -> [String] {
        channel.embeddedEventLoop.run()
        var words: [String] = []
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            switch part {
            case .head(let head):
                #expect(head.headerFields[.date]?.hasSuffix(" GMT") == true)
                words.append("\(head.status.code)")
            case .body(let bytes): words.append(bytes.readableBytes > 0 ? "body" : "empty")
            case .end: words.append("end")
            }
        }
        return words
    }

    @Test func answersWhatWasStoredRefusedOrPutOff() throws {
        for (answer, expected) in [
            (ReceiveAnswer.stored, ["200", "end"]), (.badSignature, ["401", "body", "end"]),
            (.unavailable(retryAfter: 5), ["503", "body", "end"]),
        ] {
            try receive(.delivery(), .text("hello"), .end(nil))
            #expect(deliveries.bodies == ["hello"])
            #expect(try written() == [], "answered before it was stored")
            deliveries.answerFirst(answer)
            #expect(try written() == expected)
        }
        #expect(behind.heard == [])
    }

    @Test func whatComesAheadIsHandedOnAfterTheAnswerAndReadNoFurther() throws {
        try receive(.delivery(), .text("first"), .end(nil), .delivery(), .text("sec"))
        let before = reads.count
        channel.read()
        #expect(reads.count == before, "more is read while parts are held")
        #expect(behind.heard == [])
        deliveries.answerFirst()
        #expect(try written() == ["200", "end"])
        #expect(behind.heard == ["/webhooks/meta", "body"])
        #expect(reads.count == before + 1, "the read that was held back is owed")
        try receive(.text("ond"), .end(nil))
        #expect(behind.heard == ["/webhooks/meta", "body", "body", "end"])
        #expect(deliveries.bodies == [])
    }

    @Test func aConnectionThatIsToEndIsToldSoAfterTheAnswer() throws {
        try receive(.delivery(), .text("hello"), .end(nil))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(behind.heard == [])
        deliveries.answerFirst()
        #expect(try written() == ["200", "end"])
        #expect(behind.heard.count == 2)
        #expect(behind.heard.last == "inputClosed")
    }

    @Test func anErrorBehindADeliveryDoesNotOvertakeItsAnswer() throws {
        try receive(.delivery(), .text("hello"), .end(nil))
        channel.pipeline.fireErrorCaught(NoHTTP())
        #expect(behind.heard == [])
        deliveries.answerFirst()
        #expect(try written() == ["200", "end"])
        #expect(behind.heard == ["error"])
    }

    @Test func aDeliveryThatIsCutOffIsGivenUp() throws {
        try receive(.delivery(), .text("hel"))
        channel.pipeline.fireErrorCaught(NoHTTP())
        #expect(behind.heard == ["error"])
        #expect(deliveries.bodies == [])
    }

    @Test func anAnswerToAConnectionThatIsGoneGoesNowhere() throws {
        try receive(.delivery(), .text("hello"), .end(nil))
        _ = try channel.finish()
        deliveries.answerFirst()
        channel.embeddedEventLoop.run()
    }
}
