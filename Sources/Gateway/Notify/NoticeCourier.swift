internal import Cryptography
internal import Foundation
public import Integrations
internal import Tenancy

/// Carries notices to the operational webhook.
public struct NoticeCourier: Sendable {
    /// How long the receiver may take, in seconds.
    private static let patience = 15

    /// What came of one attempt.
    enum Outcome: Sendable, Hashable {
        case delivered
        /// A bounded word, and how long the receiver wants to be left alone, in seconds.
        case failed(String, retryAfter: Int?)
        /// The receiver wants to hear no more of it (410).
        case gone
    }

    private let url: String
    private let signer: NoticeSigner
    private let transport: any HTTPTransport
    private let integrations: IntegrationRegistry

    /// - Parameters:
    ///   - transport: follows no redirects: whoever is told is whom the configuration names.
    ///   - integrations: those switched on, for what is advised.
    /// - Throws: ``CryptographyError/keyLength`` for a secret that the reader does not let through.
    public init(
        _ notify: GatewayConfiguration.Notify, transport: any HTTPTransport, integrations: IntegrationRegistry
    ) throws {
        url = notify.url
        signer = try NoticeSigner(notify.secret)
        self.transport = transport
        self.integrations = integrations
    }

    /// Tries once.
    func deliver(_ notice: Notice, at now: Timestamp) async throws -> Outcome {
        await send(id: notice.id.description, body: try NoticeBody(notice, integrations: integrations).bytes(), at: now)
    }

    /// Tries once with a message that means nothing, for `clariva doctor`.
    func deliverTest(id: String, at now: Timestamp) async -> Outcome {
        let body = Array(#"{"data":{},"timestamp":"\#(now.rfc3339)","type":"doctor.test"}"#.utf8)
        return await send(id: id, body: body, at: now)
    }

    private func send(id: String, body: [UInt8], at now: Timestamp) async -> Outcome {
        let headers = signer.headers(id: id, at: now, body: body) + [("Content-Type", "application/json")]
        do {
            // The receiver knows a repetition by its id.
            let response = try await transport.send(
                HTTPRequest(
                    .post, url, headers: headers, body: body, timeout: .seconds(Self.patience), isIdempotent: true))
            switch response.status {
            case 200..<300: return .delivered
            case 410: return .gone
            default:
                return .failed(
                    "http_\(response.status)", retryAfter: response.header("Retry-After").flatMap { Int($0) })
            }
        } catch {
            return .failed(error.word, retryAfter: nil)
        }
    }
}

extension TransportError {
    /// The cause as one word.
    fileprivate var word: String {
        switch self {
        case .notSent(let cause), .noAnswer(let cause): cause.rawValue
        case .cancelled: "cancelled"
        }
    }
}
