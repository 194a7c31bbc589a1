import Integrations

/// Calls one base URL.
struct HTTPClient: Sendable {
    let base: String
    var headers: [(name: String, value: String)] = []
    private let transport: CurlTransport

    init(_ base: String, headers: [(name: String, value: String)] = [], transport: CurlTransport) {
        self.base = base
        self.headers = headers
        self.transport = transport
    }

    /// - Parameter path: below the base, or a whole URL.
    func send(
        _ method: HTTPRequest.Method, _ path: String, headers more: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) async throws -> HTTPResponse {
        let url = path.hasPrefix("http") ? path : base + path
        return try await transport.send(
            HTTPRequest(
                method, url, headers: headers + more, body: body, timeout: .seconds(30), isIdempotent: method == .get))
    }

    func get(_ path: String) async throws -> JSONValue {
        try answer(try await send(.get, path), path)
    }

    @discardableResult
    func post(_ path: String, _ body: JSONValue = [:]) async throws -> JSONValue {
        try answer(
            try await send(.post, path, headers: [("Content-Type", "application/json")], body: body.encoded()), path)
    }

    @discardableResult
    func put(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        try answer(
            try await send(.put, path, headers: [("Content-Type", "application/json")], body: body.encoded()), path)
    }

    private func answer(_ response: HTTPResponse, _ path: String) throws -> JSONValue {
        guard (200..<300).contains(response.status) else {
            throw HarnessFailure(
                "\(path) was answered \(response.status): \(String(decoding: response.body, as: UTF8.self))")
        }
        return response.body.isEmpty ? .null : try JSONValue.parse(response.body)
    }
}
