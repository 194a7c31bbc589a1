/// Decides whether connecting is worth a try. Pure: the pool tells it what happened and when.
///
/// Closed, it lets everyone connect. After some failures in a row it opens: nobody connects, and whoever needs a
/// connection is told at once instead of waiting for a time-out. When its rest is over, one attempt goes ahead of the
/// others; its outcome closes the breaker or opens it for longer.
struct CircuitBreaker: Sendable {
    private enum State: Sendable, Hashable {
        case closed
        case open(until: ContinuousClock.Instant)
        case probing
    }

    private let threshold: Int
    private let rests: Backoff
    private var state = State.closed
    private var openings = 0
    /// Failures since the last success.
    private(set) var failures = 0

    /// - Parameters:
    ///   - threshold: failures in a row that open it.
    ///   - rests: how long it stays open, for each opening in a row.
    init(threshold: Int, rests: Backoff) {
        self.threshold = threshold
        self.rests = rests
    }

    /// Whether nobody may connect at this moment.
    func isOpen(_ now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: false
        case .open(let until): now < until
        case .probing: true
        }
    }

    /// Asks for leave to connect. Whoever gets it reports ``succeeded()`` or ``failed(_:)``.
    mutating func admits(_ now: ContinuousClock.Instant) -> Bool {
        guard !isOpen(now) else { return false }
        if case .open = state { state = .probing }
        return true
    }

    mutating func succeeded() {
        (state, openings, failures) = (.closed, 0, 0)
    }

    mutating func failed(_ now: ContinuousClock.Instant) {
        failures += 1
        // An attempt that began before the opening says nothing new.
        if case .open = state { return }
        guard state == .probing || failures >= threshold else { return }
        openings += 1
        state = .open(until: now + rests.delay(openings))
    }
}
