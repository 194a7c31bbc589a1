internal import Synchronization
internal import Tenancy

/// Wakes one waiter when there may be work: counts, so that a signal between looking and waiting is not lost.
final class Signal: Sendable {
    private struct State {
        var version: UInt64 = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// How many signals there have been.
    var version: UInt64 { state.withLock { $0.version } }

    /// There may be work.
    func raise() {
        let waiter = state.withLock { state in
            state.version += 1
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
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
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let resumed = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if resumed { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
