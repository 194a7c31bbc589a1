internal import Synchronization
internal import Tenancy

/// Wakes those who wait when there may be work: counts, so that a signal between looking and waiting is not lost.
final class Signal: Sendable {
    private struct State {
        var version: UInt64 = 0
        var lastWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many signals there have been.
    var version: UInt64 { state.withLock { $0.version } }

    /// There may be work.
    func raise() {
        let waiters = state.withLock { state in
            state.version += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once there was a signal after `version`, at the given moment, or when the task is cancelled.
    func wait(after version: UInt64, until moment: Timestamp?, clock: any WallClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(after: version) }
            if let moment { group.addTask { try? await clock.sleep(until: moment) } }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait(after version: UInt64) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let resumed = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if resumed { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume()
        }
    }
}
