/// A request that got no whole answer. What decides is whether the server may have acted on it; the cause is for logs.
public enum TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Certainly nothing of the request was written: it may be sent again.
    case notSent(Cause)
    /// Something was written, or it cannot be ruled out: the server may have acted.
    case noAnswer(Cause)
    /// The calling task was cancelled, or the transport shut down.
    case cancelled(wasSent: Bool)

    /// Why, in a closed set without addresses: safe for logs and metric labels.
    public enum Cause: String, Sendable, Hashable {
        /// The URL or a header cannot be sent.
        case invalidRequest = "invalid_request"
        /// The host's name has no address.
        case resolve
        /// Nobody accepts the connection.
        case connect
        /// TLS could not be agreed on, or the certificate is not trusted.
        case tls
        /// The time was over.
        case timeout
        /// The connection broke.
        case reset
        /// The answer ended early.
        case truncated
        /// The answer is larger than the transport accepts.
        case tooLarge = "too_large"
        /// ``HTTPRequest/beforeFirstByte`` gave it up.
        case withdrawn
        /// The transport was shut down before.
        case shutDown = "shut_down"
        /// Anything else that libcurl reports.
        case other
    }

    /// For logs: no secret, no id of a patient, no address.
    public var description: String {
        switch self {
        case .notSent(let cause): "not sent: \(cause.rawValue)"
        case .noAnswer(let cause): "no answer: \(cause.rawValue)"
        case .cancelled(let wasSent): wasSent ? "cancelled after sending" : "cancelled before sending"
        }
    }
}
