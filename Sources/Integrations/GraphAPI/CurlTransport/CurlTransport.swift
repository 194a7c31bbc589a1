/// HTTP by libcurl: one thread of its own drives all transfers over kept connections, HTTP/2 where a server offers it.
///
/// A request that is not idempotent is never sent twice, although libcurl itself repeats a request when a kept
/// connection dies before any byte of the answer; such a request ends as ``TransportError/noAnswer(_:)``.
public final class CurlTransport: HTTPTransport {
    private let loop: CurlLoop
    private let defaultTimeout: Duration

    /// Starts the thread.
    /// - Throws: ``TransportError/notSent(_:)`` where libcurl cannot be set up.
    public init(_ configuration: CurlConfiguration = CurlConfiguration()) throws(TransportError) {
        defaultTimeout = configuration.timeout
        loop = try CurlLoop(configuration)
        loop.start()
    }

    deinit {
        loop.stop()
    }

    /// Ends the thread and closes the connections. Transfers under way end as cancelled, later requests as not sent.
    public func shutdown() {
        loop.stop()
    }

    /// Sends on a kept connection or a new one.
    /// - Throws: ``TransportError``; cancelling the task removes the transfer.
    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let ticket = CurlTicket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let timeout = request.timeout ?? defaultTimeout
                loop.submit(CurlTransfer(request, timeout: timeout, ticket: ticket, continuation: continuation))
            }
        } onCancel: {
            ticket.cancel()
            loop.cancel(ticket)
        }
        return try result.get()
    }
}
