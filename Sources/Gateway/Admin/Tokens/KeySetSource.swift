internal import Logging
internal import Synchronization
internal import Tenancy

/// The issuer's keys, as they were last read. The last good set stays where reading fails.
///
/// Reading happens when a token needs it (``KeySetSchedule``), once at a time: whoever has no use for the present set waits
/// for it, the others go on with what there is.
final class KeySetSource: Sendable {
    private struct State {
        var schedule: KeySetSchedule
        var keys: KeySet?
        var reading: Task<Void, Never>?
        var hasFailed = false
    }

    private let state: Mutex<State>
    private let reader: KeySetReader
    private let clock: any WallClock
    private let logger: Logger

    init(_ reader: KeySetReader, times: KeySetSchedule.Times, clock: any WallClock, logger: Logger) {
        state = Mutex(State(schedule: KeySetSchedule(times)))
        self.reader = reader
        self.clock = clock
        self.logger = logger
    }

    deinit {
        reader.end()
    }

    /// The keys, read anew where the reason is one for it.
    /// - Returns: `nil` where they could not be read so far.
    func keys(_ reason: KeySetSchedule.Reason) async -> KeySet? {
        let now = clock.now
        let reading = state.withLock { state -> Task<Void, Never>? in
            if let reading = state.reading { return reason == .unknownKey || state.keys == nil ? reading : nil }
            guard state.schedule.begin(reason, now: now) else { return nil }
            // A task of its own: the caller who hangs up must not end what the others wait for.
            let reading = Task { await self.read() }
            state.reading = reading
            return reading
        }
        await reading?.value
        return state.withLock { $0.keys }
    }

    private func read() async {
        let result: Result<KeySet, KeySetFault>
        do throws(KeySetFault) {
            result = .success(try await KeySet(try await reader.read()))
        } catch {
            result = .failure(error)
        }
        let now = clock.now
        let before = state.withLock { state -> (keys: KeySet?, hasFailed: Bool) in
            defer { state.reading = nil }
            let before = (keys: state.keys, hasFailed: state.hasFailed)
            switch result {
            case .success(let keys):
                state.keys = keys
                state.schedule.succeeded(now: now)
                state.hasFailed = false
            case .failure: state.hasFailed = true
            }
            return before
        }
        tell(result, before)
    }

    private func tell(_ result: Result<KeySet, KeySetFault>, _ before: (keys: KeySet?, hasFailed: Bool)) {
        switch result {
        case .failure(let fault):
            logger.warning(
                "the token issuer's keys cannot be read",
                metadata: [
                    "error": "\(fault)", "consequence": before.keys == nil ? "tokens are refused" : "the old ones stay",
                ])
        case .success(let keys) where before.keys == nil || before.hasFailed:
            logger.notice("the token issuer's keys were read", metadata: ["count": .stringConvertible(keys.keys.count)])
        case .success: break
        }
    }
}
