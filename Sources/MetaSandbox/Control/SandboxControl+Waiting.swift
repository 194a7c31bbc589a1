internal import Synchronization

/// Somebody who waits for accepted sends.
struct SendWait: Sendable {
    let id: Int64
    let account: String?
    let person: String?
    let count: Int
    let continuation: CheckedContinuation<Void, Never>
}

extension SandboxWorld {
    /// Accepted sends, narrowed down; `nil` matches anything.
    func acceptedSends(account: String?, person: String?) -> [AcceptedSend] {
        let id = account.map { self.account($0)?.id ?? $0 }
        return sends.filter { (id == nil || $0.account == id) && (person == nil || $0.person == person) }
    }
}

extension SandboxControl.State {
    /// Takes out those whose sends are there.
    mutating func readySendWaits() -> [CheckedContinuation<Void, Never>] {
        guard !sendWaits.isEmpty, world.sends.count != countedSends else { return [] }
        countedSends = world.sends.count
        var ready: [CheckedContinuation<Void, Never>] = []
        sendWaits.removeAll { wait in
            guard world.acceptedSends(account: wait.account, person: wait.person).count >= wait.count else {
                return false
            }
            ready.append(wait.continuation)
            return true
        }
        return ready
    }
}

extension SandboxControl {
    /// Waits until the service has sent so much, so that tests need no sleeps.
    /// - Parameters:
    ///   - count: how many accepted sends.
    ///   - account: user name or any id; `nil` is all.
    ///   - person: user name; `nil` is everybody.
    ///   - timeout: when to give up.
    /// - Returns: the accepted sends there are then, which may be fewer, or more.
    public func waitForSends(
        _ count: Int, account: String? = nil, person: String? = nil, timeout: Duration = .seconds(10)
    ) async -> [AcceptedSend] {
        let id = apply { $0.nextNumber() }
        var timer: Task<Void, Never>?
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.isStopped
                    || state.world.acceptedSends(account: account, person: person).count >= count
                {
                    return true
                }
                state.countedSends = -1
                state.sendWaits.append(
                    SendWait(id: id, account: account, person: person, count: count, continuation: continuation))
                return false
            }
            if isThere { return continuation.resume() }
            // Only now: a time-out that ended before the wait was noted would never end it.
            timer = Task {
                try? await Task.sleep(for: timeout)
                self.giveUpWaiting(id)
            }
        }
        timer?.cancel()
        return sends(account: account, person: person)
    }

    private func giveUpWaiting(_ id: Int64) {
        let found = state.withLock { state in
            state.sendWaits.firstIndex { $0.id == id }.map { state.sendWaits.remove(at: $0).continuation }
        }
        found?.resume()
    }
}
