import Integrations
import Synchronization

/// Meta's answers on their way back, changed where a story needs other ones than the sandbox gives.
final class RetouchedTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let isWithheld = Mutex<(@Sendable (HTTPRequest) -> Bool)?>(nil)
    private let withheld = Mutex<[HTTPRequest]>([])
    private let change = Mutex<(@Sendable (inout HTTPResponse) -> Void)?>(nil)

    init(_ transport: any HTTPTransport) {
        self.transport = transport
    }

    /// - Parameter change: `nil` leaves the answers as they are.
    func retouch(_ change: (@Sendable (inout HTTPResponse) -> Void)?) {
        self.change.withLock { $0 = change }
    }

    /// Requests are kept on their way, and whoever sent them hears nothing more.
    func withhold(_ isConcerned: (@Sendable (HTTPRequest) -> Bool)?) {
        isWithheld.withLock { $0 = isConcerned }
    }

    /// Those that were kept arrive.
    func release() async throws {
        for request in withheld.withLock({ kept in
            defer { kept = [] }
            return kept
        }) { _ = try await transport.send(request) }
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if isWithheld.withLock({ $0 })?(request) == true {
            withheld.withLock { $0.append(request) }
            throw .noAnswer(.timeout)
        }
        var response = try await transport.send(request)
        change.withLock { $0 }?(&response)
        return response
    }
}
