internal import Cryptography
internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import NIOCore

/// `/webhooks/meta`: Meta's handshake and its deliveries.
///
/// It stands beside the router, because every request passes here that matters for throughput.
struct WebhookEndpoint: Sendable {
    static let path = "/webhooks/meta"

    let receiver: WebhookReceiver
    let metrics: GatewayMetrics
    private let verifyTokenDigest: [UInt8]
    private let room = BodyRoom()

    init(receiver: WebhookReceiver, metrics: GatewayMetrics, verifyToken: Secret) {
        self.receiver = receiver
        self.metrics = metrics
        verifyTokenDigest = SHA256.digest(Array(verifyToken.value.utf8))
    }

    func respond(to request: Request) async -> Response {
        switch request.method {
        case .post: return await receive(request)
        case .get, .head: return handshake(request)
        default:
            return Problem(
                .methodNotAllowed, "This address does not take \(request.method.rawValue).",
                headers: [.allow: "GET, HEAD, POST"]
            ).response
        }
    }

    /// Meta asks once, when the address is entered in the App Dashboard ("Webhooks: verification requests").
    private func handshake(_ request: Request) -> Response {
        let query = request.uri.queryParameters
        guard query["hub.mode"] == "subscribe", let token = query["hub.verify_token"],
            let challenge = query["hub.challenge"],
            constantTimeEqual(SHA256.digest(Array(token.utf8)), verifyTokenDigest)
        else { return Problem(.forbidden, "The verify token is not the one that is configured.").response }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; charset=utf-8", .contentLength: "\(challenge.utf8.count)",
                .xContentTypeOptions: "nosniff",
            ],
            body: request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(substring: challenge)))
    }

    private func receive(_ request: Request) async -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > BodyLimit.webhook {
            return tooLarge()
        }
        // Without a well-formed signature nothing of the body is worth its memory.
        guard let signature = request.headers[.xHubSignature256].flatMap(WebhookSignature.init) else {
            metrics.webhookRequest(status: 401, app: "none")
            return response(to: .badSignature)
        }
        // A well-formed signature costs nothing: what has come of large bodies is bounded before they are believed.
        var body = ByteBuffer()
        defer { room.free(body.readableBytes) }
        do {
            for try await var part in request.body {
                guard body.readableBytes + part.readableBytes <= BodyLimit.webhook else { return tooLarge() }
                guard room.take(part.readableBytes) else {
                    metrics.webhookRequest(status: 503, app: "none")
                    return response(to: .unavailable(retryAfter: 2))
                }
                body.writeBuffer(&part)
            }
        } catch {
            // The sender went away or broke the protocol: nobody reads this answer.
            return Problem(.badRequest).response
        }
        return await withCheckedContinuation { continuation in
            deliver([UInt8](body.readableBytesView), signature) { answer in
                continuation.resume(returning: self.response(to: answer))
            }
        }
    }

    /// Takes a delivery in and counts it.
    /// - Parameter completion: hears what to answer, on whatever thread it is known.
    func deliver(
        _ body: [UInt8], _ signature: WebhookSignature, _ completion: @escaping @Sendable (ReceiveAnswer) -> Void
    ) {
        let start = ContinuousClock.now
        receiver.receive(body: body, signature: signature) { answer, app in
            metrics.webhookRequest(status: Self.status(of: answer).code, app: app?.rawValue ?? "none")
            if answer == .stored { metrics.acknowledged(seconds: start.duration(to: .now) / .seconds(1)) }
            completion(answer)
        }
    }

    private static func status(of answer: ReceiveAnswer) -> HTTPTypes.HTTPResponse.Status {
        switch answer {
        case .stored: .ok
        case .badSignature: .unauthorized
        case .unavailable: .serviceUnavailable
        }
    }

    /// What is wrong, where something is.
    static func problem(_ answer: ReceiveAnswer) -> Problem? {
        switch answer {
        case .stored: nil
        case .badSignature: Problem(status(of: answer), "The signature does not fit the body.")
        case .unavailable(let seconds):
            Problem(
                status(of: answer), "The delivery cannot be stored now.", headers: [.retryAfter: "\(seconds)"])
        }
    }

    private func response(to answer: ReceiveAnswer) -> Response {
        Self.problem(answer)?.response ?? Response(status: .ok, headers: [.contentLength: "0"])
    }

    private func tooLarge() -> Response {
        metrics.webhookRequest(status: 413, app: "none")
        return Problem(.contentTooLarge, "A delivery holds at most 4 MiB.", headers: [.connection: "close"]).response
    }
}
