internal import HTTPTypes
internal import Synchronization
internal import Tenancy

/// How many requests of the admin API each caller and each address may make; each process counts for itself.
///
/// A key has one budget wherever it is used from, and so has whoever comes with tokens, however many. Requests without a
/// good key or token are counted by address, so that guessing and faulty programs are slowed down; a good one is never
/// refused because of its address, but for the bootstrap key, which could be guessed.
final class RateLimiter: Sendable {
    /// Callers remembered in a generation (``TokenBuckets``).
    static let capacity = 5000
    /// How much more than a second's requests may come at once.
    static let burstFactor = 2

    private struct Buckets {
        var callers: TokenBuckets<APICaller>
        var addresses: TokenBuckets<ClientAddress>
    }

    private let buckets: Mutex<Buckets>?
    private let metrics: GatewayMetrics
    private let clock: any WallClock

    /// - Parameters:
    ///   - perSecond: 0 for no limit.
    ///   - burst: how many may come at once; `nil` for as many as ``burstFactor`` says.
    init(perSecond: Int, burst: Int? = nil, metrics: GatewayMetrics, clock: any WallClock) {
        self.metrics = metrics
        self.clock = clock
        guard perSecond > 0 else {
            buckets = nil
            return
        }
        let size = TokenBucket.Size(rate: perSecond, burst: burst ?? perSecond * Self.burstFactor)
        buckets = Mutex(
            Buckets(
                callers: TokenBuckets(size, capacity: Self.capacity),
                addresses: TokenBuckets(size, capacity: Self.capacity)))
    }

    /// For attempts to sign in: a person needs few, and nobody needs more than one a second.
    static func signIns(metrics: GatewayMetrics, clock: any WallClock) -> RateLimiter {
        RateLimiter(perSecond: 1, burst: 10, metrics: metrics, clock: clock)
    }

    /// Counts a request that came with a good key or token.
    /// - Throws: ``Problem`` 429 with `Retry-After`.
    func count(caller: APICaller) throws {
        let now = clock.now
        let counted =
            switch caller {
            case .bootstrapKey, .apiKey: "key"
            case .token: "token"
            }
        try refuse(counted, wait: buckets?.withLock { $0.callers.take(caller, now: now) })
    }

    /// Counts a request that came without one.
    /// - Throws: ``Problem`` 429 with `Retry-After`.
    func count(address: ClientAddress) throws {
        let now = clock.now
        try refuse("address", wait: buckets?.withLock { $0.addresses.take(address, now: now) })
    }

    /// - Parameter wait: in milliseconds; `nil` for none.
    private func refuse(_ counted: String, wait: Int64??) throws {
        guard let wait = wait ?? nil else { return }
        metrics.rateLimited(by: counted)
        throw Problem(
            .tooManyRequests, "There were too many requests.",
            headers: [.retryAfter: "\(max(1, (wait + 999) / 1000))"])
    }
}
