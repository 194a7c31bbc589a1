internal import Synchronization

/// How fast webhooks arrive. While they come in a flood, processing steps back: whoever sent them waits for an answer,
/// and what is stored is not lost by waiting.
public final class ArrivalRate: Sendable {
    private struct State {
        var windowBegan = ContinuousClock.now
        var count = 0
        var isHigh = false
    }

    private let state = Mutex(State())
    private static let window = Duration.milliseconds(100)
    /// Requests in a window that make a flood: 2,000 a second.
    private static let flood = 200

    /// Nothing has arrived yet.
    public init() {}

    /// One more webhook was stored.
    func note() {
        let now = ContinuousClock.now
        state.withLock { state in
            state.count += 1
            if state.windowBegan.duration(to: now) >= Self.window {
                state.isHigh = state.count >= Self.flood && state.windowBegan.duration(to: now) < Self.window * 2
                state.windowBegan = now
                state.count = 0
            }
        }
    }

    /// Whether webhooks come in a flood now.
    var isHigh: Bool {
        let now = ContinuousClock.now
        return state.withLock { $0.isHigh && $0.windowBegan.duration(to: now) < Self.window * 2 }
    }
}
