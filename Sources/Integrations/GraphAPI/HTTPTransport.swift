/// What carries a request to Meta and its answer back. The seam between the Graph client and libcurl; tests put a
/// stand-in for Meta here.
public protocol HTTPTransport: Sendable {
    /// Sends one request and waits for the whole answer. Redirects are not followed, any status is an answer.
    /// - Throws: ``TransportError``, which says whether the request may have reached the server.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}
