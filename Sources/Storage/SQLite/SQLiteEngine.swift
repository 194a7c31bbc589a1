internal import Foundation
internal import GRDB
internal import Synchronization

/// The embedded engine: SQLite in WAL mode through GRDB, one writer, readers beside it.
///
/// Every commit is synced (`synchronous=FULL`, set after GRDB opened its pool with NORMAL, and read back). Writers that
/// wait together share one commit; each runs in a savepoint of its own.
public final class SQLiteEngine: Engine {
    /// SQLite's SQL.
    public var dialect: Dialect { .sqlite }

    private let pool: DatabasePool
    private let lock: LockFile?
    private let state = Mutex(WriteQueue())
    private let checkpoints = CheckpointSchedule()

    /// At most this many writers share a commit, so that the first does not wait for ever.
    private static let commitLimit = 256

    /// - Parameters:
    ///   - path: the database file; its directory must exist.
    ///   - exclusive: take the lock file beside it, so that a second service on the same file fails.
    ///   - readers: how many reads may run at the same time.
    /// - Throws: ``StorageError`` when the file cannot be opened, is locked, or durability cannot be had.
    public init(path: String, exclusive: Bool, readers: Int = 4) throws {
        lock = exclusive ? try LockFile(path: path + ".lock") : nil
        var configuration = Configuration()
        configuration.maximumReaderCount = readers
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.label = "clariva.sqlite"
        // Of a new database: half as many pages in each commit.
        configuration.prepareDatabase { database in try database.execute(sql: "PRAGMA page_size = 8192") }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // Savepoints copy the pages that they change: into memory, not into a temporary file. What is deleted is
                // overwritten with zeros, also where its page becomes free.
                try database.execute(
                    sql: """
                        PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; \
                        PRAGMA secure_delete = ON
                        """)
                guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
                    try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
                else { throw StorageError(.schema, "SQLite does not take synchronous=FULL with a write-ahead log") }
                checkpoints.watch(database)
            }
        } catch let error as DatabaseError {
            throw StorageError(sqlite: error)
        }
    }

    /// Reads one snapshot on one of the pool's readers; see ``Engine/read(_:_:)``.
    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { database in try body(SQLiteTransaction(database)) }
        } catch {
            // A read that was interrupted because nobody waits for it any more did not fail.
            try Task.checkCancellation()
            throw (error as? DatabaseError).map(StorageError.init(sqlite:)) ?? error
        }
    }

    /// Queues the body for the one writer; see ``Engine/write(_:_:)``.
    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            enqueue(Writer(body: body, continuation: continuation), isUrgent: scope == .ingest)
        }
    }

    /// Moves the whole log into the database and cuts it to nothing: both still hold what was there before. Deleted rows
    /// were overwritten as they were deleted (`secure_delete`).
    public func scrub() async throws {
        do {
            try await pool.writeWithoutTransaction { database in
                let result = try database.checkpoint(.truncate)
                guard result.walFrameCount == result.checkpointedFrameCount else {
                    throw StorageError(.busy, "somebody reads what was there before")
                }
            }
        } catch let error as DatabaseError {
            throw StorageError(sqlite: error)
        }
    }

    /// Refuses whoever waits, checkpoints a last time and gives the lock back. A second call does nothing.
    public func close() async {
        let rest = state.withLock { queue -> [any WaitingWriter]? in
            defer { (queue.urgent, queue.waiting, queue.closed) = ([], [], true) }
            return queue.closed ? nil : queue.urgent + queue.waiting
        }
        // A second closing must not reach SQLite: a checkpoint of a connection that is gone ends the process.
        guard let rest else { return }
        for writer in rest { writer.fail(StorageError(.unavailable, "the database is closed")) }
        // A last checkpoint keeps the next start short; a failure costs nothing but that.
        try? await pool.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) }
        try? pool.close()
        lock?.release()
    }

    private func enqueue(_ writer: any WaitingWriter, isUrgent: Bool) {
        let next = state.withLock { queue -> Next in
            if queue.closed { return .refuse }
            if isUrgent { queue.urgent.append(writer) } else { queue.waiting.append(writer) }
            if queue.running { return .wait }
            queue.running = true
            return .start
        }
        switch next {
        case .refuse: writer.fail(StorageError(.unavailable, "the database is closed"))
        case .wait: break
        case .start: pool.asyncWriteWithoutTransaction { database in self.drain(database) }
        }
    }

    private enum Next { case refuse, wait, start }

    /// Runs on GRDB's writer queue until nobody waits.
    private func drain(_ database: Database) {
        while true {
            let start = ContinuousClock.now
            let batch = state.withLock { queue -> [any WaitingWriter] in
                let batch = queue.take(Self.commitLimit, now: start)
                if batch.isEmpty { queue.running = false }
                return batch
            }
            if batch.isEmpty { return }
            commit(batch, in: database)
            checkpoints.afterCommit(database)
        }
    }

    private func commit(_ batch: [any WaitingWriter], in database: Database) {
        do {
            try database.beginTransaction(.immediate)
            if batch.count == 1 {
                // Nobody else could suffer: no savepoint, which would copy each page before it changes.
                if batch[0].run(in: database) == nil {
                    try database.commit()
                } else {
                    try database.rollback()
                }
            } else {
                for writer in batch { try runInSavepoint(writer, in: database) }
                try database.commit()
            }
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            let failure =
                error as? StorageError ?? (error as? DatabaseError).map(StorageError.init(sqlite:))
                ?? StorageError(.other, "commit failed")
            for writer in batch { writer.fail(failure) }
            return
        }
        for writer in batch { writer.succeed() }
    }

    /// - Throws: only where the whole transaction is lost.
    private func runInSavepoint(_ writer: any WaitingWriter, in database: Database) throws {
        try database.cachedStatement(sql: "SAVEPOINT writer").execute()
        if let error = writer.run(in: database) {
            // A full disk or a failed read rolls the whole transaction back by itself.
            guard database.isInsideTransaction else { throw error }
            try database.execute(sql: "ROLLBACK TO writer; RELEASE writer")
        } else {
            try database.cachedStatement(sql: "RELEASE writer").execute()
        }
    }
}

/// Who waits for the writer. Received events come first: whoever sent them waits for the answer. The rest gets its turn,
/// all of it together, when no event waits at that moment, or else for about a fifth of the time.
private struct WriteQueue: Sendable {
    var urgent: [any WaitingWriter] = []
    var waiting: [any WaitingWriter] = []
    private var turnBegan: ContinuousClock.Instant?
    private var nextTurn = ContinuousClock.Instant.now
    private static let rest = 4

    mutating func take(_ limit: Int, now: ContinuousClock.Instant) -> [any WaitingWriter] {
        if let began = turnBegan {
            nextTurn = now + began.duration(to: now) * Self.rest
            turnBegan = nil
        }
        var batch = Array(urgent.prefix(limit))
        urgent.removeFirst(batch.count)
        if batch.isEmpty || now >= nextTurn {
            let others = waiting.prefix(limit)
            if !others.isEmpty { turnBegan = now }
            batch += others
            waiting.removeFirst(others.count)
        }
        return batch
    }

    var running = false
    var closed = false
}

private protocol WaitingWriter: Sendable {
    /// Runs the body and keeps its outcome.
    /// - Returns: what it threw; its changes are then to be rolled back.
    func run(in database: Database) -> (any Error)?
    /// The transaction has ended: whoever waits gets the outcome.
    func succeed()
    func fail(_ error: StorageError)
}

private final class Writer<Value: Sendable>: WaitingWriter {
    private let body: @Sendable (any Transaction) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    init(
        body: @escaping @Sendable (any Transaction) throws -> Value, continuation: CheckedContinuation<Value, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(in database: Database) -> (any Error)? {
        do {
            let value = try body(SQLiteTransaction(database))
            outcome.withLock { $0 = .success(value) }
            return nil
        } catch {
            let error = (error as? DatabaseError).map(StorageError.init(sqlite:)) ?? error
            outcome.withLock { $0 = .failure(error) }
            return error
        }
    }

    func succeed() {
        let result = outcome.withLock { $0 } ?? .failure(StorageError(.other, "writer did not run"))
        continuation.resume(with: result)
    }

    func fail(_ error: StorageError) {
        continuation.resume(throwing: error)
    }
}
