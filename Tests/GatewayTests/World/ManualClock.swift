import Synchronization
import Tenancy

@testable import Gateway

/// Time that stands still until a test moves it.
final class ManualClock: WallClock {
    private struct State {
        var now: Timestamp
        var sleepers: [Int: (until: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var lastID = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>
    /// Must not ask the clock, which is locked meanwhile.
    private let onMove: @Sendable (Timestamp) -> Void

    init(_ now: Timestamp, onMove: @escaping @Sendable (Timestamp) -> Void) {
        state = Mutex(State(now: now))
        self.onMove = onMove
        onMove(now)
    }

    var now: Timestamp { state.withLock { $0.now } }

    func advance(to moment: Timestamp) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, any Error>]? in
            guard moment > state.now else { return nil }
            state.now = moment
            // Under the lock: of two that move the clock, the later one tells its moment last.
            onMove(moment)
            let due = state.sleepers.filter { $0.value.until <= moment }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        guard let woken else { return }
        for continuation in woken { continuation.resume() }
    }

    func advance(milliseconds: Int64) {
        advance(to: now.adding(milliseconds: milliseconds))
    }

    func pause(until moment: Timestamp) async {
        advance(to: moment)
    }

    func sleep(until moment: Timestamp) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(id) != nil || Task.isCancelled { return .failure(CancellationError()) }
                    if moment <= state.now { return .success(()) }
                    state.sleepers[id] = (moment, continuation)
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return sleeper.continuation
            }
            sleeper?.resume(throwing: CancellationError())
        }
    }
}
