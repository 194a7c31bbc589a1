import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import Integrations
import NIOCore
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// A receiver of the operational webhook: a small server that keeps what it is told and answers what a test wants.
final class NoticeReceiver: Sendable {
    struct Call: Sendable {
        var path: String
        var id: String
        var timestamp: String
        var isSigned: Bool
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
    }

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private struct State {
        var calls: [Call] = []
        /// The next answers; 200 when they are used up.
        var answers: [(status: Int, headers: HTTPFields)] = []
    }

    private let server: RunningService
    private let state: Keeper
    /// Where it is called.
    let url: String

    /// Apart from the receiver, whose server needs it before there is one.
    private final class Keeper: Sendable {
        let state = Mutex(State())

        func take(_ request: Request, _ body: [UInt8]) -> (status: Int, headers: HTTPFields) {
            func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
            let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"))
            // By hand, as a receiver would: not with the code that signs.
            let key = Data(base64Encoded: String(NoticeReceiver.secret.dropFirst(6))).map { [UInt8]($0) } ?? []
            let code = (try? HMACKey(key))?.authenticate(Array("\(id).\(timestamp).".utf8) + body) ?? []
            let isSigned = header("webhook-signature") == "v1," + Data(code).base64EncodedString()
            return state.withLock { state in
                state.calls.append(
                    Call(path: request.uri.path, id: id, timestamp: timestamp, isSigned: isSigned, body: body))
                return state.answers.isEmpty ? (200, [:]) : state.answers.removeFirst()
            }
        }
    }

    init() async throws {
        let keeper = Keeper()
        let router = GatewayRouter()
        for path in ["hook", "elsewhere"] {
            router.post(RouterPath(path)) { request, _ in
                let body = try await request.body.collect(upTo: 1 << 16)
                let answer = keeper.take(request, Array(body.readableBytesView))
                return Response(status: .init(code: answer.status), headers: answer.headers)
            }
        }
        var configuration = GatewayConfiguration(
            encryptionKeys: [.init(id: "test", key: SealingKey.generate().key)], webhookVerifyToken: Secret("verify"))
        configuration.port = 0
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        state = keeper
        server = RunningService(
            GatewayServer(
                configuration, responder: GatewayResponder(webhooks: nil, routes: router.responder()),
                logger: CapturedLog().logger
            ) { listening.yield($0) })
        var found = ports.makeAsyncIterator()
        url = "http://127.0.0.1:\(try #require(await found.next()))/hook"
    }

    var notify: GatewayConfiguration.Notify { GatewayConfiguration.Notify(url: url, secret: Secret(Self.secret)) }

    var calls: [Call] { state.state.withLock { $0.calls } }

    /// The types of what was told, in the order of arrival.
    var types: [String] { calls.compactMap { $0.json["type"]?.string } }

    /// Answers the next calls so.
    func answer(_ statuses: Int..., headers: HTTPFields = [:]) {
        state.state.withLock { $0.answers += statuses.map { ($0, headers) } }
    }

    func end() async { await server.ended() }
}
