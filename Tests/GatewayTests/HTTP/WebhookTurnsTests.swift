import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Testing

@testable import Gateway

/// Whose turn it is on one connection, without a connection.
struct WebhookTurnsTests {
    /// What the turns make of a part, in one word.
    private func word(_ action: WebhookTurns.Action) -> String {
        switch action {
        case .nothing: "nothing"
        case .handOn(.head(let head)): "on " + (head.path ?? "")
        case .handOn(.body): "on body"
        case .handOn(.end): "on end"
        case .hold: "hold"
        case .deliver(let body, _): "deliver " + String(decoding: body, as: UTF8.self)
        }
    }

    private func words(_ turns: inout WebhookTurns, _ parts: HTTPRequestPart..., isWritable: Bool = true) -> [String] {
        parts.map { word(turns.read($0, isWritable: isWritable)) }
    }

    @Test func takesADeliveryWholeAndIsFreeOnceItIsAnswered() {
        var turns = WebhookTurns()
        let parts: [HTTPRequestPart] = [.delivery(), .text("he"), .text("llo"), .end(nil)]
        for _ in 0..<2 {
            #expect(!turns.isDelivering)
            #expect(
                parts.map { word(turns.read($0, isWritable: true)) } == [
                    "nothing", "nothing", "nothing", "deliver hello",
                ])
            #expect(turns.isDelivering)
            turns.delivered()
        }
    }

    @Test func handsOnWhatIsNoOrdinaryDelivery() {
        let odd: [(String, HTTPRequestPart)] = [
            ("another route", .get()), ("the handshake", .get("/webhooks/meta?hub.mode=subscribe")),
            ("another method", .delivery { $0.method = .put }),
            ("a query", .delivery { $0.path = "/webhooks/meta?x=1" }),
            ("no signature", .delivery { $0.headerFields[.xHubSignature256] = nil }),
            ("a malformed signature", .delivery { $0.headerFields[.xHubSignature256] = "sha256=12" }),
            ("no length", .delivery { $0.headerFields[.contentLength] = nil }),
            ("a large body", .delivery { $0.headerFields[.contentLength] = "\(BodyLimit.ordinaryDelivery + 1)" }),
            ("a negative length", .delivery { $0.headerFields[.contentLength] = "-1" }),
            ("a connection that is to close", .delivery { $0.headerFields[.connection] = "close" }),
            ("a client that asks first", .delivery { $0.headerFields[.expect] = "100-continue" }),
        ]
        for (name, head) in odd {
            var turns = WebhookTurns()
            let made = words(&turns, head, .text("hello"), .end(nil))
            #expect(made.map { $0.hasPrefix("on ") } == [true, true, true], "\(name) is not handed on")
        }
    }

    @Test func handsOnADeliveryWhileAnotherRequestIsOpen() {
        var turns = WebhookTurns()
        #expect(words(&turns, .get(), .end(nil), .delivery(), .end(nil)).allSatisfy { $0.hasPrefix("on ") })
        turns.answered()
        #expect(words(&turns, .delivery()) == ["on /webhooks/meta"], "the delivery before is not answered yet")
        #expect(words(&turns, .end(nil)) == ["on end"])
        turns.answered()
        turns.answered()
        #expect(words(&turns, .delivery()) == ["nothing"])
    }

    @Test func aRequestThatIsAnsweredBeforeItsEndStillEndsBeforeTheNext() {
        var turns = WebhookTurns()
        #expect(words(&turns, .get()) == ["on /healthz"])
        turns.answered()
        #expect(words(&turns, .text("late"), .end(nil), .delivery()) == ["on body", "on end", "nothing"])
    }

    @Test func whoeverSendsAheadHasTheWholeConnectionHandedOn() {
        var turns = WebhookTurns()
        #expect(words(&turns, .delivery(), .end(nil), .get(), .end(nil)) == ["nothing", "deliver ", "hold", "hold"])
        turns.delivered()
        #expect(words(&turns, .get(), .end(nil)) == ["on /healthz", "on end"])
        turns.answered()
        #expect(words(&turns, .delivery()) == ["on /webhooks/meta"])
    }

    @Test func handsOnADeliveryOfWhoeverDoesNotReadAnswers() {
        var turns = WebhookTurns()
        #expect(words(&turns, .delivery(), isWritable: false) == ["on /webhooks/meta"])
    }

    @Test func forgetsADeliveryThatCannotCome() {
        var turns = WebhookTurns()
        #expect(words(&turns, .delivery(), .text("hal")) == ["nothing", "nothing"])
        turns.inputEnded()
        #expect(words(&turns, .end(nil)) == ["on end"])
        #expect(!turns.isDelivering)
    }
}

extension HTTPRequestPart {
    /// The head of a delivery with five bytes.
    static func delivery(_ change: (inout HTTPTypes.HTTPRequest) -> Void = { _ in }) -> HTTPRequestPart {
        var head = HTTPTypes.HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/webhooks/meta")
        head.headerFields[.contentLength] = "5"
        head.headerFields[.xHubSignature256] = "sha256=" + String(repeating: "ab", count: 32)
        change(&head)
        return .head(head)
    }

    static func get(_ path: String = "/healthz") -> HTTPRequestPart {
        .head(HTTPTypes.HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path))
    }

    static func text(_ text: String) -> HTTPRequestPart { .body(ByteBuffer(string: text)) }
}
