internal import Synchronization

/// Whether one more webhook may wait for the store. Where it cannot keep up, or stands still, Meta is asked early to come
/// back, so that those who wait are answered in time and memory stays bounded.
final class StorePressure: Sendable {
    private struct State {
        var requests = 0
        var bytes = 0
        /// When the last of those waiting was answered, or the first of them came.
        var lastProgress = ContinuousClock.now
        /// How long the one that was answered last had waited.
        var lastWait = Duration.zero
    }

    private let state = Mutex(State())

    /// Bodies that wait may hold this many bytes together.
    static let byteLimit = 64 << 20
    /// Meta gives a webhook up after some 20 s; one that waits longer than this comes too late if the queue grows.
    static let patience = Duration.seconds(2)

    /// Counts a webhook in, unless it had to wait too long or for too much.
    /// - Parameter size: bytes of its body.
    func admits(_ size: Int, now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard state.bytes + size <= Self.byteLimit else { return false }
            if state.requests == 0 {
                // Nobody waits: whatever was, this one finds out.
                state.lastProgress = now
                state.lastWait = .zero
            }
            guard state.lastWait <= Self.patience, state.lastProgress.duration(to: now) <= Self.patience else {
                return false
            }
            state.requests += 1
            state.bytes += size
            return true
        }
    }

    /// One of those who waited is answered, well or not.
    func finished(_ size: Int, arrived: ContinuousClock.Instant, now: ContinuousClock.Instant) {
        state.withLock { state in
            state.requests -= 1
            state.bytes -= size
            state.lastProgress = now
            state.lastWait = arrived.duration(to: now)
        }
    }
}
