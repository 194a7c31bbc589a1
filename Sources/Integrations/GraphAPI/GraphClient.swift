internal import Cryptography

/// Calls one Graph host: builds the request, reads the answer, classifies failures and reports each call.
///
/// Tokens travel in the `Authorization` header; neither they nor URLs ever reach an error.
public struct GraphClient: Sendable {
    private let flow: String
    private let transport: any HTTPTransport
    private let baseURL: String
    private let version: String
    private let appSecret: HMACKey?
    private let onAnswer: (@Sendable (GraphObservation) -> Void)?

    /// - Parameters:
    ///   - flow: the integration's name, for observations.
    ///   - baseURL: scheme and host, without a version.
    ///   - version: `v25.0`.
    ///   - proofSecret: the app secret where the host wants `appsecret_proof` with every token (Facebook).
    ///   - onAnswer: called after each call, in the caller's task.
    public init(
        flow: String, transport: any HTTPTransport, baseURL: String, version: String, proofSecret: String? = nil,
        onAnswer: (@Sendable (GraphObservation) -> Void)? = nil
    ) {
        self.flow = flow
        self.transport = transport
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.version = version
        // Only an empty secret is refused as a key: configuration does not let one through.
        self.appSecret = proofSecret.flatMap { try? HMACKey(utf8: $0) }
        self.onAnswer = onAnswer
    }

    /// Makes one call.
    /// - Returns: the answer's JSON, never one with an `error` member.
    /// - Throws: ``GraphFailure``.
    public func perform(_ call: GraphCall) async throws(GraphFailure) -> JSONValue {
        var usage = UsageHeaders()
        let result = await outcome(of: call, &usage)
        let label: String
        if case .failure(let failure) = result { label = failure.error.kind.rawValue } else { label = "ok" }
        onAnswer?(GraphObservation(flow: flow, operation: call.operation, outcome: label, usage: usage))
        return try result.get()
    }

    /// The same for calls whose certainty does not matter.
    /// - Throws: ``GraphError``.
    public func callAsFunction(_ call: GraphCall) async throws(GraphError) -> JSONValue {
        do {
            return try await perform(call)
        } catch {
            throw error.error
        }
    }

    private func outcome(of call: GraphCall, _ usage: inout UsageHeaders) async -> Result<JSONValue, GraphFailure> {
        guard let request = request(for: call) else {
            return .failure(GraphFailure(GraphError(.content), isCertainlyNotApplied: true))
        }
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            return .failure(GraphFailure(error))
        }
        usage = UsageHeaders(response)
        let body = try? JSONValue.parse(response.body)
        if let failure = GraphErrorClassifier.failure(status: response.status, body: body, usage: usage) {
            return .failure(failure)
        }
        guard let body else {
            let error = GraphError(.malformed, status: response.status)
            return .failure(GraphFailure(error, isCertainlyNotApplied: false))
        }
        return .success(body)
    }

    /// - Returns: `nil` where a path segment is empty or would climb in the path: an id that names nothing.
    func request(for call: GraphCall) -> HTTPRequest? {
        guard call.path.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
        let segments = (call.isVersioned ? [version] : []) + call.path
        var query = call.query
        if let token = call.token, let proof = proof(of: token) { query.append(("appsecret_proof", proof)) }
        var url = baseURL + segments.map { "/" + PercentEncoding.encode($0) }.joined()
        if !query.isEmpty { url += "?" + PercentEncoding.form(query) }
        var headers = [(name: "Accept", value: "application/json")]
        if let token = call.token { headers.append(("Authorization", "Bearer \(token.value)")) }
        var body: [UInt8]?
        switch call.body {
        case .none: break
        case .form(let pairs):
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            body = Array(PercentEncoding.form(pairs).utf8)
        case .json(let value):
            headers.append(("Content-Type", "application/json"))
            body = value.encoded()
        }
        return HTTPRequest(
            call.method, url, headers: headers, body: body, timeout: call.operation.timeout,
            isIdempotent: call.isIdempotent,
            beforeFirstByte: call.beforeFirstByte)
    }

    /// Hex HMAC-SHA256 of the token under the app secret ("Securing Graph API requests").
    private func proof(of token: AccessToken) -> String? {
        appSecret.map { Hex.encode($0.authenticate(Array(token.value.utf8))) }
    }
}
