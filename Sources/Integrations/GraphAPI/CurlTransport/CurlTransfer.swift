import Synchronization

/// The caller's end of a transfer: it outlives the transfer, so that a late cancellation finds nothing to harm.
final class CurlTicket: Sendable {
    private let cancelled = Mutex(false)

    var isCancelled: Bool { cancelled.withLock { $0 } }

    func cancel() {
        cancelled.withLock { $0 = true }
    }
}

/// A request on its way, with the continuation that waits for its end.
struct CurlTransfer: Sendable {
    let request: HTTPRequest
    let ticket: CurlTicket
    /// Scheme, host and port: what a connection belongs to.
    let host: String
    /// Counted from the hand-over, waiting included.
    let deadline: ContinuousClock.Instant
    private let continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

    init(
        _ request: HTTPRequest, timeout: Duration, ticket: CurlTicket,
        continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>
    ) {
        self.request = request
        self.ticket = ticket
        self.continuation = continuation
        host = request.url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).prefix(2)
            .joined(separator: "//")
        deadline = .now + timeout
    }

    /// Exactly once for each transfer: the loop drops it at the same time.
    func finish(_ result: Result<HTTPResponse, TransportError>) {
        continuation.resume(returning: result)
    }
}
