internal import Dispatch
internal import Foundation
internal import Synchronization

/// The queue before a database, and the threads that serve it. Each thread owns one connection; threads are started as
/// they are needed, up to a limit, and end with their connection.
final class PostgresPool: Sendable {
    private struct State {
        /// Received events come first: whoever sent them waits for the answer. So do leases, which end.
        var urgent: [any PostgresJob] = []
        var waiting: [any PostgresJob] = []
        /// Threads, by what they are doing.
        var connecting = 0
        var connected = 0
        /// Of those connected, how many wait for work and have not been woken.
        var idle = 0
        var isClosed = false
        var breaker: CircuitBreaker
        var lastFailure: StorageError?
        var running: [ObjectIdentifier: PostgresCanceller] = [:]
        var closers: [CheckedContinuation<Void, Never>] = []

        mutating func take() -> (any PostgresJob)? {
            if !urgent.isEmpty { return urgent.removeFirst() }
            return waiting.isEmpty ? nil : waiting.removeFirst()
        }

        mutating func takeAll() -> [any PostgresJob] {
            defer { (urgent, waiting) = ([], []) }
            return urgent + waiting
        }

        var unavailable: StorageError {
            isClosed ? PostgresPool.closed : lastFailure ?? StorageError(.unavailable, "PostgreSQL cannot be reached")
        }
    }

    let configuration: PostgresConfiguration
    let rewritings = RewritingCache()
    private let state: Mutex<State>
    private let wakeUps = DispatchSemaphore(value: 0)
    private static let closed = StorageError(.unavailable, "the database is closed")
    private let reconnecting = Backoff(base: .milliseconds(50), cap: .seconds(1))

    init(_ configuration: PostgresConfiguration) {
        self.configuration = configuration
        let rests = Backoff(base: .milliseconds(200), cap: .seconds(2))
        state = Mutex(State(breaker: CircuitBreaker(threshold: configuration.failuresUntilOpen, rests: rests)))
    }

    // MARK: For callers

    func submit(_ job: any PostgresJob) {
        let refusal = state.withLock { state -> (any Error)? in
            if state.isClosed { return Self.closed }
            if job.ticket?.isCancelled == true { return CancellationError() }
            guard state.urgent.count + state.waiting.count < configuration.maxWaiting else {
                return StorageError(.busy, "\(configuration.maxWaiting) calls wait for PostgreSQL already")
            }
            if state.idle > 0 {
                state.idle -= 1
                wakeUps.signal()
            } else if state.connecting + state.connected < configuration.maxConnections, state.breaker.admits(.now) {
                state.connecting += 1
                start()
            } else if state.connected == 0, state.breaker.isOpen(.now) {
                return state.unavailable
            }
            switch job.scope {
            case .ingest, .leases: state.urgent.append(job)
            case .tenant, .global, .shardLoad, .operators: state.waiting.append(job)
            }
            return nil
        }
        if let refusal { job.fail(refusal) }
    }

    /// The ticket says already that it is cancelled: work that arrives later is refused by that.
    func cancel(_ ticket: PostgresTicket) {
        let removed = state.withLock { state -> (any PostgresJob)? in
            if let canceller = state.running[ObjectIdentifier(ticket)] {
                canceller.cancel(ticket)
                return nil
            }
            guard let index = state.waiting.firstIndex(where: { $0.ticket === ticket }) else { return nil }
            return state.waiting.remove(at: index)
        }
        removed?.fail(CancellationError())
    }

    /// Refuses whoever waits, and lets the threads end after the work that they have begun.
    func shutDown() {
        let rest = state.withLock { state in
            state.isClosed = true
            for _ in 0..<state.idle { wakeUps.signal() }
            state.idle = 0
            return state.takeAll()
        }
        for job in rest { job.fail(Self.closed) }
    }

    /// Waits until no thread is left.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.connecting + state.connected == 0 { return true }
                state.closers.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func start() {
        let thread = Thread { PostgresWorker(self).run() }
        thread.name = "clariva-pg"
        thread.start()
    }

    // MARK: For the threads

    /// Waits for work.
    /// - Returns: `nil` when the pool is closed.
    func next() -> (any PostgresJob)? {
        while true {
            let (job, isClosed) = state.withLock { state in
                let job = state.take()
                if job == nil, !state.isClosed { state.idle += 1 }
                return (job, state.isClosed)
            }
            if job != nil || isClosed { return job }
            wakeUps.wait()
        }
    }

    /// From here on ``cancel(_:)`` finds the statement that runs for the ticket.
    func began(_ ticket: PostgresTicket, on canceller: PostgresCanceller?) {
        state.withLock { state in state.running[ObjectIdentifier(ticket)] = canceller }
        canceller?.watch(ticket)
        // It may have been cancelled between the queue and here.
        if ticket.isCancelled { canceller?.cancel(ticket) }
    }

    func finished(_ ticket: PostgresTicket, on canceller: PostgresCanceller?) {
        state.withLock { state in state.running[ObjectIdentifier(ticket)] = nil }
        canceller?.watch(nil)
    }

    /// Asks for leave to connect anew.
    func admitsConnecting() -> Bool {
        state.withLock { state in !state.isClosed && state.breaker.admits(.now) }
    }

    func connected() {
        state.withLock { state in
            state.breaker.succeeded()
            state.lastFailure = nil
            state.connecting -= 1
            state.connected += 1
        }
    }

    /// The thread's connection is gone; it tries to connect anew.
    func disconnected() {
        state.withLock { state in
            state.connected -= 1
            state.connecting += 1
        }
    }

    /// - Returns: how long to wait before the next try; `nil` to give up.
    func failedToConnect(_ error: StorageError) -> Duration? {
        state.withLock { state in
            state.breaker.failed(.now)
            state.lastFailure = error
            return state.isClosed || state.breaker.isOpen(.now) ? nil : reconnecting.delay(state.breaker.failures)
        }
    }

    /// A thread ends.
    /// - Parameters:
    ///   - wasConnected: whether it had a connection until now.
    ///   - job: what it could not do, for another thread.
    func ended(wasConnected: Bool, handingBack job: (any PostgresJob)? = nil) {
        let (refused, error, closers) = state.withLock { state in
            if wasConnected { state.connected -= 1 } else { state.connecting -= 1 }
            if let job { state.urgent.insert(job, at: 0) }
            guard state.connecting + state.connected == 0 else {
                if job != nil, state.idle > 0 {
                    state.idle -= 1
                    wakeUps.signal()
                }
                return ([any PostgresJob](), state.unavailable, [CheckedContinuation<Void, Never>]())
            }
            defer { state.closers = [] }
            return (state.takeAll(), state.unavailable, state.closers)
        }
        for job in refused { job.fail(error) }
        for closer in closers { closer.resume() }
    }
}
