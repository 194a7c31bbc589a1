internal import Foundation

/// What one thread of the pool does: it connects, and serves the queue until the pool closes or connecting is in vain.
struct PostgresWorker {
    private let pool: PostgresPool
    private let settings: PostgresSettings
    private let retrying = Backoff(base: .milliseconds(5), cap: .milliseconds(200))

    /// Runs of one job at most, where transactions get into each other's way.
    private static let runs = 6
    /// Connections that one job may use up.
    private static let connections = 2

    init(_ pool: PostgresPool) {
        self.pool = pool
        settings = PostgresSettings(pool.configuration)
    }

    /// Returns when the thread may end. The pool has admitted its first connection.
    func run() {
        guard var session = connect(isAdmitted: true) else { return pool.ended(wasConnected: false) }
        while let job = pool.next() {
            if !session.connection.looksAlive() {
                pool.disconnected()
                guard let fresh = connect(isAdmitted: false) else {
                    return pool.ended(wasConnected: false, handingBack: job)
                }
                session = fresh
            }
            guard serve(job, &session) else { return pool.ended(wasConnected: false) }
        }
        pool.ended(wasConnected: true)
    }

    private struct Session {
        let connection: PostgresConnection
        let canceller: PostgresCanceller?
    }

    /// Runs the job until it is answered.
    /// - Returns: whether there is a connection.
    private func serve(_ job: any PostgresJob, _ session: inout Session) -> Bool {
        var runs = 0
        var connections = 1
        while case .again(let error) = attempt(job, session) {
            runs += 1
            if session.connection.isUsable {
                guard runs < Self.runs else {
                    job.fail(error)
                    return true
                }
                wait(retrying.delay(runs))
                continue
            }
            pool.disconnected()
            let fresh = connect(isAdmitted: false)
            if fresh == nil || connections == Self.connections {
                job.fail(StorageError(.unavailable, error.context))
            }
            guard let fresh else { return false }
            session = fresh
            if connections == Self.connections { return true }
            connections += 1
        }
        return true
    }

    private func attempt(_ job: any PostgresJob, _ session: Session) -> PostgresAttempt.Outcome {
        if let ticket = job.ticket { pool.began(ticket, on: session.canceller) }
        defer { if let ticket = job.ticket { pool.finished(ticket, on: session.canceller) } }
        return PostgresAttempt(connection: session.connection, settings: settings, rewritings: pool.rewritings).run(job)
    }

    private func connect(isAdmitted: Bool) -> Session? {
        var isAdmitted = isAdmitted
        while isAdmitted || pool.admitsConnecting() {
            isAdmitted = false
            do {
                let connection = try PostgresConnection(pool.configuration)
                pool.connected()
                // A pooler hands a request to cancel on late, when the server connection may be another client's.
                let canceller = pool.configuration.usesPreparedStatements ? connection.makeCanceller() : nil
                return Session(connection: connection, canceller: canceller)
            } catch {
                guard let delay = pool.failedToConnect(error) else { return nil }
                wait(delay)
            }
        }
        return nil
    }

    /// On a thread of the pool's own, which has nothing else to do meanwhile.
    private func wait(_ duration: Duration) {
        Thread.sleep(forTimeInterval: duration / .seconds(1))
    }
}
