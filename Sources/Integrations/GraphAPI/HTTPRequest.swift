/// One request. URLs and headers hold secrets, so its description shows neither.
public struct HTTPRequest: Sendable, CustomStringConvertible {
    /// The methods that the Graph API and our own API use.
    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// How it is sent.
    public var method: Method
    /// Absolute, percent-encoded, http or https.
    public var url: String
    /// In order; a name may occur more than once.
    public var headers: [(name: String, value: String)]
    /// The body; `nil` sends none.
    public var body: [UInt8]?
    /// From handing it over to the last byte of the answer; `nil` takes the transport's default.
    public var timeout: Duration?
    /// Whether sending it twice does the same as sending it once. Where false, the transport never sends it a second
    /// time by itself, not even when a kept connection dies under it.
    public var isIdempotent: Bool
    /// Asked once the connection stands and before the first byte; `false` gives the request up as not sent.
    /// Called on the transport's own thread: it must be quick and must not block.
    public var beforeFirstByte: (@Sendable () -> Bool)?

    /// - Parameters:
    ///   - url: absolute.
    ///   - timeout: for the whole exchange, or `nil` for the transport's default.
    ///   - isIdempotent: see the property.
    ///   - beforeFirstByte: see the property.
    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration? = nil, isIdempotent: Bool, beforeFirstByte: (@Sendable () -> Bool)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.isIdempotent = isIdempotent
        self.beforeFirstByte = beforeFirstByte
    }

    /// For logs: no secret, no id of a patient, no address.
    public var description: String { "\(method.rawValue) request" }
}
