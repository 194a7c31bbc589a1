import Integrations
import Synchronization

/// Meta's answers on their way back, changed where a story needs other ones than the sandbox gives.
final class RetouchedTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let change = Mutex<(@Sendable (inout HTTPResponse) -> Void)?>(nil)

    init(_ transport: any HTTPTransport) {
        self.transport = transport
    }

    /// - Parameter change: `nil` leaves the answers as they are.
    func retouch(_ change: (@Sendable (inout HTTPResponse) -> Void)?) {
        self.change.withLock { $0 = change }
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var response = try await transport.send(request)
        change.withLock { $0 }?(&response)
        return response
    }
}
