internal import HTTPTypes
internal import Integrations
internal import NIOCore
internal import NIOHTTPTypes

/// Whose turn it is on one connection: a delivery's that is taken here, or a request's that is handed on. Requests that a
/// client sends without waiting for answers are answered in their order (RFC 9112, section 9.3.2).
struct WebhookTurns {
    /// What is to be done with a part.
    enum Action {
        case nothing
        case handOn(HTTPRequestPart)
        /// A delivery is complete; it is open until ``WebhookTurns/responded()``.
        case deliver([UInt8], WebhookSignature)
    }

    private enum Turn {
        case nobody
        case handedOn(requestEnded: Bool, responseEnded: Bool)
        case reading(WebhookSignature, ByteBuffer)
        case delivering
    }

    private var turn = Turn.nobody
    private var held = CircularBuffer<HTTPRequestPart>()

    /// The largest body in bytes that is taken here: Meta's ordinary deliveries are below one KiB, its fullest batches
    /// above.
    static let bodyLimit = 256 << 10

    /// A delivery was read, or is being read, and is not answered yet.
    var isDelivering: Bool {
        switch turn {
        case .reading, .delivering: true
        case .nobody, .handedOn: false
        }
    }

    /// Parts of later requests wait here.
    var holdsParts: Bool { !held.isEmpty }

    mutating func read(_ part: HTTPRequestPart) -> Action {
        guard held.isEmpty, let action = take(part) else {
            held.append(part)
            return .nothing
        }
        return action
    }

    /// The next part that waits, once its turn has come.
    mutating func next() -> Action? {
        guard let part = held.first, let action = take(part) else { return nil }
        held.removeFirst()
        return action
    }

    /// The answer to whoever has the turn was written to its end.
    mutating func responded() {
        switch turn {
        case .handedOn(requestEnded: false, _): turn = .handedOn(requestEnded: false, responseEnded: true)
        case .handedOn(requestEnded: true, _), .delivering: turn = .nobody
        case .nobody, .reading: break
        }
    }

    /// - Returns: `nil` where it is another request's turn.
    private mutating func take(_ part: HTTPRequestPart) -> Action? {
        switch (turn, part) {
        case (.nobody, .head(let head)):
            if let signature = Self.signature(ofOrdinary: head) {
                turn = .reading(signature, ByteBuffer())
                return .nothing
            }
            turn = .handedOn(requestEnded: false, responseEnded: false)
            return .handOn(part)
        case (.nobody, _):
            // The rest of a request that was answered before its end.
            return .handOn(part)
        case (.handedOn(requestEnded: false, let responseEnded), .end):
            turn = responseEnded ? .nobody : .handedOn(requestEnded: true, responseEnded: false)
            return .handOn(part)
        case (.handedOn(requestEnded: false, _), _):
            return .handOn(part)
        case (.handedOn(requestEnded: true, _), _):
            return nil
        case (.reading(let signature, var body), .body(var bytes)):
            turn = .nobody
            body.writeBuffer(&bytes)
            turn = .reading(signature, body)
            return .nothing
        case (.reading(let signature, let body), .end):
            turn = .delivering
            return .deliver([UInt8](body.readableBytesView), signature)
        case (.reading, .head):
            // Cannot be: the parser gives each request its end.
            return .nothing
        case (.delivering, _):
            return nil
        }
    }

    private static func signature(ofOrdinary head: HTTPTypes.HTTPRequest) -> WebhookSignature? {
        guard head.method == .post, head.path == WebhookEndpoint.path,
            let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length <= bodyLimit,
            head.headerFields[.connection] == nil || head.headerFields[.connection]?.lowercased() == "keep-alive",
            head.headerFields[.expect] == nil
        else { return nil }
        return head.headerFields[.xHubSignature256].flatMap(WebhookSignature.init)
    }
}
