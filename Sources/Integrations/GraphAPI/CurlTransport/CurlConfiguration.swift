/// Limits of a ``CurlTransport``.
public struct CurlConfiguration: Sendable, Hashable {
    /// For name, TCP and TLS together.
    public var connectTimeout: Duration
    /// For a request that names none. Meta's answers take 2 to 4 s; below 15 s good answers are lost.
    public var timeout: Duration
    /// Requests under way at one host, and so connections to it, fewer with HTTP/2; further ones wait. Meta's answers
    /// take seconds, so this also bounds the rate.
    public var maxHostConnections: Int
    /// The same over all hosts.
    public var maxConnections: Int
    /// Bytes of an answer's body, decompressed; a larger one fails.
    public var maxResponseBytes: Int
    /// Seconds after which an idle connection is not used again: short, as a server that closes it at the moment of a
    /// send makes that send's outcome unknown.
    public var idleSeconds: Int

    /// Memberwise, with the defaults of a single gateway.
    public init(
        connectTimeout: Duration = .seconds(5), timeout: Duration = .seconds(20), maxHostConnections: Int = 256,
        maxConnections: Int = 512, maxResponseBytes: Int = 8 * 1024 * 1024, idleSeconds: Int = 30
    ) {
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.maxHostConnections = maxHostConnections
        self.maxConnections = maxConnections
        self.maxResponseBytes = maxResponseBytes
        self.idleSeconds = idleSeconds
    }
}
