internal import HTTPTypes
internal import Integrations
internal import NIOCore
internal import NIOHTTPTypes

/// Whose turn it is on one connection: a delivery's that is taken here, or a request's that is handed on to Hummingbird.
///
/// A delivery is taken only while nothing else is open on the connection. Whoever sends ahead of an answer has the whole
/// connection handed on from then on: order and back-pressure are Hummingbird's then.
struct WebhookTurns {
    /// What is to be done with a part.
    enum Action {
        case nothing
        case handOn(HTTPRequestPart)
        /// A delivery is complete; it is open until ``WebhookTurns/delivered()``.
        case deliver([UInt8], WebhookSignature)
        /// It came while a delivery is open: to be read again after ``WebhookTurns/delivered()``.
        case hold(HTTPRequestPart)
    }

    private enum Turn {
        case free
        case reading(WebhookSignature)
        case delivering
    }

    private var turn = Turn.free
    private var body = ByteBuffer()
    /// Requests that were handed on and are not answered to their end.
    private var unanswered = 0
    /// Of a request that was handed on the end has not come.
    private var isHandingOn = false
    private var isHandedOver = false

    /// A delivery was read and is not answered yet.
    var isDelivering: Bool { if case .delivering = turn { true } else { false } }

    /// A part of a request came.
    /// - Parameter isWritable: the other end takes what is written to it.
    mutating func read(_ part: HTTPRequestPart, isWritable: Bool) -> Action {
        switch (turn, part) {
        case (.delivering, _):
            isHandedOver = true
            return .hold(part)
        case (.reading, .body(var bytes)):
            body.writeBuffer(&bytes)
            return .nothing
        case (.reading(let signature), _):
            turn = .delivering
            defer { body.clear() }
            return .deliver([UInt8](body.readableBytesView), signature)
        case (.free, .head(let head)):
            if isWritable, unanswered == 0, !isHandingOn, !isHandedOver,
                let signature = Self.signature(ofOrdinary: head)
            {
                turn = .reading(signature)
                return .nothing
            }
            unanswered += 1
            isHandingOn = true
            return .handOn(part)
        case (.free, .body):
            return .handOn(part)
        case (.free, .end):
            isHandingOn = false
            return .handOn(part)
        }
    }

    /// The open delivery was answered.
    mutating func delivered() { turn = .free }

    /// A request that was handed on was answered to its end.
    mutating func answered() { unanswered = max(0, unanswered - 1) }

    /// Nothing more will come: what was read of a delivery is worth nothing.
    mutating func inputEnded() {
        guard case .reading = turn else { return }
        turn = .free
        body.clear()
        isHandedOver = true
    }

    private static func signature(ofOrdinary head: HTTPTypes.HTTPRequest) -> WebhookSignature? {
        guard head.method == .post, head.path == WebhookEndpoint.path,
            let length = head.headerFields[.contentLength].flatMap({ Int($0) }),
            (0...BodyLimit.ordinaryDelivery).contains(length),
            head.headerFields[.connection] == nil || head.headerFields[.connection]?.lowercased() == "keep-alive",
            head.headerFields[.expect] == nil
        else { return nil }
        return head.headerFields[.xHubSignature256].flatMap(WebhookSignature.init)
    }
}
