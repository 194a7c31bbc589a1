import Storage
import TestSupport
import Testing

/// Transactions that get into each other's way, limits of time, and cancelled tasks.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct PostgresContentionTests {
    /// Fails with 40001 as often as it is told to, then no more. A sequence counts on although transactions roll back.
    private func failing(_ times: Int, _ database: ServerDatabase) throws {
        try database.run(
            """
            CREATE SEQUENCE runs; CREATE FUNCTION fail_at_first() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('runs') <= \(times) THEN RAISE EXCEPTION 'canary' USING ERRCODE = '40001'; END IF;
            RETURN currval('runs'); END $$
            """)
    }

    @Test func runsAgainWhatCouldNotBeSerialized() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        try failing(3, database)
        let run = try await engine.write(.tenant(Note.tenant)) { transaction in
            try transaction.execute(Note.insert, Note(amount: 1).values)
            // Even when the body does not care.
            var columns = try transaction.first("SELECT fail_at_first()", [])?.columns
            return try columns?.integer()
        }
        #expect(run == 4)
        #expect(try await engine.notes().count == 1)
        await engine.close()
    }

    @Test func isBusyWhenRunningAgainDoesNotHelp() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        try failing(1000, database)
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.global) { try $0.query("SELECT fail_at_first()", []) }
        }
        #expect(error?.kind == .busy)
        #expect(error?.sqlState == .serializationFailure)
        let runs = try Int(#require(try database.run("SELECT last_value FROM runs").first))
        #expect((2...10).contains(runs ?? 0))
        await engine.close()
    }

    /// Two transactions that lock two rows in opposite order, each the first before the other's second.
    @Test func bringsBothOfADeadlockThrough() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        try await engine.write(.global) { transaction in
            for name in ["one", "two"] {
                try transaction.execute("INSERT INTO counters (name, value) VALUES (?1, 0)", [.text(name)])
            }
        }
        let gates = [Gate(), Gate()]
        let runs = RunCount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for side in 0..<2 {
                group.addTask {
                    let names = side == 0 ? ["one", "two"] : ["two", "one"]
                    try await engine.write(.global) { transaction in
                        runs.add()
                        let add = "UPDATE counters SET value = value + 1 WHERE name = ?1"
                        try transaction.execute(add, [.text(names[0])])
                        gates[side].open()
                        gates[1 - side].pass()
                        try transaction.execute(add, [.text(names[1])])
                    }
                }
            }
            try await group.waitForAll()
        }
        // Three, or more where the one that was aborted takes its first row again before the other has waked up.
        #expect((3...10).contains(runs.value))
        let values = try await engine.read(.global) { transaction in
            try transaction.query("SELECT value FROM counters WHERE name IN ('one', 'two')", []).map { row in
                var columns = row.columns
                return try columns.integer()
            }
        }
        #expect(values == [2, 2])
        await engine.close()
    }

    @Test func endsAStatementAtItsLimit() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine { $0.statementTimeout = .milliseconds(200) }
        // In the very pipeline that sets the limit.
        let error = await #expect(throws: StorageError.self) {
            try await engine.read(.global) { try $0.query("SELECT pg_sleep(60)", []) }
        }
        #expect(error?.kind == .busy)
        #expect(error?.sqlState == .queryCanceled)
        await engine.close()
    }

    @Test func endsWaitingForALockAtItsLimit() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.lockTimeout = .milliseconds(200) }
        let add = "UPDATE counters SET value = value + 1"
        let gate = Gate()
        let arrival = Arrival()
        let holder = Task {
            try await engine.write(.global) { transaction in
                try transaction.execute(add, [])
                arrival.report()
                gate.pass()
            }
        }
        await arrival.wait()
        let waiting = await #expect(throws: StorageError.self) {
            try await engine.write(.global) { try $0.execute(add, []) }
        }
        #expect(waiting?.sqlState == .lockNotAvailable)
        #expect(waiting?.kind == .busy)
        gate.open()
        try await holder.value
        await engine.close()
    }

    @Test func refusesMoreCallsThanMayWait() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine {
            $0.maxConnections = 1
            $0.maxWaiting = 3
        }
        let gate = Gate()
        let arrival = Arrival()
        let holder = Task {
            try await engine.write(.global) { _ in
                arrival.report()
                gate.pass()
            }
        }
        await arrival.wait()
        let kinds = await withTaskGroup(of: StorageError.Kind?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do {
                        try await engine.write(.global) { _ in }
                        return nil
                    } catch {
                        return (error as? StorageError)?.kind
                    }
                }
            }
            var kinds: [StorageError.Kind?] = []
            for await kind in group {
                kinds.append(kind)
                // Those who may wait get their turn once all others were refused.
                if kinds.count == 7 { gate.open() }
            }
            return kinds
        }
        #expect(kinds.count { $0 == .busy } == 7)
        #expect(kinds.count { $0 == nil } == 3)
        try await holder.value
        await engine.close()
    }

    // MARK: Cancellation

    @Test func cancelsAReadThatRuns() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine()
        let arrival = Arrival()
        let reading = Task {
            try await engine.read(.global) { transaction in
                arrival.report()
                return try transaction.query("SELECT pg_sleep(60)", []).count
            }
        }
        await arrival.wait()
        reading.cancel()
        // At once or when the statement begins, whichever comes later; far before the limit of the statement.
        await #expect(throws: CancellationError.self) { try await reading.value }
        await engine.close()
    }

    @Test func takesACancelledReadOutOfTheQueueAndLeavesWritesAlone() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.maxConnections = 1 }
        let gate = Gate()
        let arrival = Arrival()
        let holder = Task {
            try await engine.write(.global) { _ in
                arrival.report()
                gate.pass()
            }
        }
        await arrival.wait()
        let reading = Task { try await engine.notes() }
        let writing = Task { try await engine.insert(Note(amount: 7)) }
        reading.cancel()
        writing.cancel()
        // It need not wait for the holder.
        await #expect(throws: CancellationError.self) { try await reading.value }
        gate.open()
        try await holder.value
        try await writing.value
        #expect(try await engine.notes().map(\.amount) == [7])
        await engine.close()
    }
}
