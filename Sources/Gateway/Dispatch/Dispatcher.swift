internal import Logging
internal import Storage
internal import Synchronization
internal import Tenancy

/// One thing to do. No two of one key run at the same time.
struct Work: Sendable {
    var key: Identifier
    var run: @Sendable () async -> Void
}

/// What one look at the database found.
struct WorkRound: Sendable {
    var work: [Work]
    /// When the next work becomes due by itself: later than the look's own moment, though perhaps not than its end.
    var nextDue: Timestamp?
}

/// Finds work by its state and runs it, one at a time for each key, many keys at once.
///
/// Nothing is remembered between looks but which keys are running: the database is the queue.
final class Dispatcher: Sendable {
    /// What a test or a shutdown sees of a dispatcher.
    struct Status: Sendable, Hashable {
        var version: UInt64
        /// Looked, found nothing to start, and nothing is running; nothing has become due since.
        var isIdle: Bool
        var nextDue: Timestamp?
    }

    private struct State {
        var running: Set<Identifier> = []
        /// The signal's count at the last look that found nothing.
        var quietSince: UInt64?
        var nextDue: Timestamp?
        var stopping = false
    }

    private let name: String
    private let clock: any WallClock
    private let logger: Logger
    private let capacity: Int
    private let stepsBack: @Sendable () -> Bool
    private let signal = Signal()
    private let state = Mutex(State())
    private let onChange: @Sendable () -> Void

    /// While signals keep coming, fruitless looks are at least this far apart.
    private static let pauseAfterNothing = Duration.milliseconds(10)
    /// In a flood of webhooks so many works are started at a time, and then none for so long.
    private static let startsInAFlood = 4
    private static let restInAFlood = Duration.milliseconds(200)
    /// A database that cannot be read is asked again after so long, whatever signals come meanwhile.
    private static let pauseAfterFailure = Duration.milliseconds(500)

    /// - Parameters:
    ///   - capacity: how many works may run at the same time.
    ///   - stepsBack: whether something more urgent needs the machine now.
    ///   - onChange: called whenever ``status`` may have changed.
    init(
        name: String, clock: any WallClock, logger: Logger, capacity: Int,
        stepsBack: @escaping @Sendable () -> Bool = { false }, onChange: @escaping @Sendable () -> Void
    ) {
        self.name = name
        self.clock = clock
        self.logger = logger
        self.capacity = capacity
        self.stepsBack = stepsBack
        self.onChange = onChange
    }

    var status: Status {
        let version = signal.version
        let now = clock.now
        return state.withLock { state in
            let isDue = state.nextDue.map { $0 <= now } ?? false
            let isIdle = state.quietSince == version && state.running.isEmpty && !isDue
            return Status(version: version, isIdle: isIdle, nextDue: state.nextDue)
        }
    }

    /// There may be work.
    func wake() {
        signal.raise()
    }

    /// Starts nothing new; what runs is finished.
    func stop() {
        state.withLock { $0.stopping = true }
        signal.raise()
    }

    /// Runs until ``stop()`` or cancellation.
    /// - Parameter look: finds due work; gets the running keys and how many more may be started.
    func run(_ look: @escaping @Sendable (_ running: Set<Identifier>, _ room: Int) async throws -> WorkRound) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, !state.withLock({ $0.stopping }) {
                let version = signal.version
                let running = state.withLock { $0.running }
                var until: Timestamp?
                var started = 0
                do {
                    let room = min(capacity - running.count, stepsBack() ? Self.startsInAFlood : capacity)
                    let round = room > 0 ? try await look(running, room) : WorkRound(work: [], nextDue: nil)
                    let fresh = claim(round.work)
                    started = fresh.count
                    for work in fresh {
                        group.addTask {
                            await work.run()
                            self.finish(work.key)
                        }
                    }
                    until = round.nextDue
                } catch {
                    if Task.isCancelled { break }
                    logger.error(
                        "\(name): cannot look for work", metadata: ["error": "\(LoggableError.describe(error))"])
                    try? await Task.sleep(for: Self.pauseAfterFailure)
                    continue
                }
                if started > 0 {
                    if stepsBack() { try? await Task.sleep(for: Self.restInAFlood) }
                    continue
                }
                state.withLock { state in
                    state.quietSince = version
                    state.nextDue = until
                }
                onChange()
                if signal.version != version { try? await Task.sleep(for: Self.pauseAfterNothing) }
                await signal.wait(after: version, until: until, clock: clock)
            }
        }
    }

    private func claim(_ work: [Work]) -> [Work] {
        state.withLock { state in
            state.quietSince = nil
            var fresh: [Work] = []
            for work in work where state.running.insert(work.key).inserted { fresh.append(work) }
            return fresh
        }
    }

    private func finish(_ key: Identifier) {
        // Together: a look between the two would miss the key's next work, or see an idle moment that is none.
        state.withLock { state in
            state.running.remove(key)
            signal.raise()
        }
        onChange()
    }
}
