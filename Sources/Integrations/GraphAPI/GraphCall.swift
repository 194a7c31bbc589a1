/// One call: what differs between calls, without host, version and proof, which the client adds.
public struct GraphCall: Sendable {
    /// A body and how it is written.
    public enum Body: Sendable {
        case none
        /// `application/x-www-form-urlencoded`
        case form([(name: String, value: String)])
        case json(JSONValue)
    }

    /// What it is for.
    public var operation: GraphOperation
    /// The method.
    public var method: HTTPRequest.Method
    /// Path segments after the version, not yet percent-encoded: ids come from outside.
    public var path: [String]
    /// Whether the version stands before the path; Instagram's token endpoints have none.
    public var isVersioned: Bool
    /// Query parameters in order, not yet encoded.
    public var query: [(name: String, value: String)]
    /// The body.
    public var body: Body
    /// Sent as `Authorization: Bearer`; `nil` where the call needs none.
    public var token: AccessToken?
    /// See ``HTTPRequest/isIdempotent``.
    public var isIdempotent: Bool
    /// See ``HTTPRequest/beforeFirstByte``.
    public var beforeFirstByte: (@Sendable () -> Bool)?

    /// Memberwise; a read by default.
    public init(
        _ operation: GraphOperation, _ method: HTTPRequest.Method = .get, _ path: [String], isVersioned: Bool = true,
        query: [(name: String, value: String)] = [], body: Body = .none, token: AccessToken? = nil,
        isIdempotent: Bool = true, beforeFirstByte: (@Sendable () -> Bool)? = nil
    ) {
        self.operation = operation
        self.method = method
        self.path = path
        self.isVersioned = isVersioned
        self.query = query
        self.body = body
        self.token = token
        self.isIdempotent = isIdempotent
        self.beforeFirstByte = beforeFirstByte
    }
}
