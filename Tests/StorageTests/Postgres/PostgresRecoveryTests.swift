import Storage
import TestSupport
import Testing

/// Connections that end at a bad moment, and servers that cannot be reached.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct PostgresRecoveryTests {
    private static let suicide = "SELECT pg_terminate_backend(pg_backend_pid())"

    @Test func replacesConnectionsThatWereTerminatedWhileIdle() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.maxConnections = 3 }
        for round in 0..<5 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask { try await engine.insert(Note(amount: Int64(round * 6 + number))) }
                }
                try await group.waitForAll()
            }
            try database.terminateConnections()
        }
        #expect(try await engine.notes().compactMap(\.amount).sorted() == (0..<30).map { Int64($0) })
        await engine.close()
    }

    @Test func runsAgainWhenTheConnectionEndsBeforeTheCommit() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let runs = RunCount()
        try await engine.write(.tenant(Note.tenant)) { transaction in
            try transaction.execute(Note.insert, Note(amount: 1).values)
            if runs.add() == 1 { _ = try transaction.query(Self.suicide, []) }
        }
        #expect(runs.value == 2)
        #expect(try await engine.notes().map(\.amount) == [1])
        await engine.close()
    }

    @Test func givesUpABodyThatLosesEveryConnection() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let runs = RunCount()
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.global) { transaction in
                runs.add()
                _ = try transaction.query(Self.suicide, [])
            }
        }
        #expect(error?.kind == .unavailable)
        #expect(runs.value == 2)
        // The next one is not harmed.
        try await engine.insert(Note(amount: 1))
        await engine.close()
    }

    /// A trigger that runs at the commit ends the connection there: nobody can know whether the commit came through.
    @Test func doesNotRunAgainWhatWasLostInItsCommit() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        try database.run(
            """
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.amount = 666) EXECUTE FUNCTION die()
            """)
        let runs = RunCount()
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.tenant(Note.tenant)) { transaction in
                runs.add()
                try transaction.execute(Note.insert, Note(amount: 666).values)
            }
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.context.contains("unknown") == true)
        #expect(runs.value == 1)
        try await engine.insert(Note(amount: 1))
        #expect(try await engine.notes().map(\.amount) == [1])
        await engine.close()
    }

    /// A refusal is no loss: the server says so, and the connection goes on.
    @Test func tellsAConstraintThatIsOnlyLookedAtInTheCommit() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        try database.run(
            """
            ALTER TABLE counters ADD COLUMN parent TEXT REFERENCES counters DEFERRABLE INITIALLY DEFERRED
            """)
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.global) { transaction in
                try transaction.execute(
                    "INSERT INTO counters (name, value, parent) VALUES ('x', 0, ?1)", [.text("nobody")])
            }
        }
        #expect(error?.kind == .constraint)
        await engine.close()
    }

    @Test func endsABodyThatIdlesForTooLong() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.idleInTransactionTimeout = .milliseconds(100) }
        let idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database.name)' AND state LIKE 'idle in%'"
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.tenant(Note.tenant)) { transaction in
                try transaction.execute(Note.insert, Note(amount: 1).values)
                while try TestServer.run(idle) != ["0"] {}
                try transaction.execute(Note.insert, Note(amount: 2).values)
            }
        }
        #expect(error?.kind == .unavailable)
        #expect(try await engine.notes().isEmpty)
        await engine.close()
    }

    // MARK: The breaker

    @Test func failsFastWhileNothingCanBeReached() async throws {
        let engine = PostgresEngine(try PostgresConfiguration(url: "postgres://u:secret@127.0.0.1:1/x"))
        let slow = await #expect(throws: StorageError.self) { try await engine.write(.global) { _ in } }
        #expect(slow?.kind == .unavailable)
        #expect(slow?.context == "cannot connect to PostgreSQL: Connection refused")
        // The breaker is open: a thousand calls ask nobody. One or the other may be the try that it allows.
        let errors = await withTaskGroup(of: StorageError?.self) { group in
            for _ in 0..<1000 {
                group.addTask { await #expect(throws: StorageError.self) { try await engine.write(.global) { _ in } } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.allSatisfy { $0?.kind == .unavailable && $0?.description.contains("secret") == false })
        await engine.close()
    }

    @Test func comesBackWhenTheServerDoes() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.failuresUntilOpen = 2 }
        try TestServer.run("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS false")
        try database.terminateConnections()
        let error = await #expect(throws: StorageError.self) { try await engine.insert(Note(amount: 1)) }
        #expect(error?.kind == .unavailable)
        try TestServer.run("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS true")
        // The breaker rests for 200 ms at first; whoever asks before that is told at once.
        let deadline = ContinuousClock.now + .seconds(120)
        var isBack = false
        while !isBack, ContinuousClock.now < deadline {
            isBack = (try? await engine.insert(Note(amount: 2))) != nil
            await Task.yield()
        }
        #expect(isBack)
        #expect(try await engine.notes().map(\.amount) == [2])
        await engine.close()
    }

    @Test func answersThoseWhoWaitWhenTheServerGoes() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes {
            $0.maxConnections = 2
            $0.failuresUntilOpen = 2
        }
        let gate = Gate()
        let arrivals = Arrival()
        let holders = (0..<2).map { _ in
            Task {
                try await engine.write(.global) { transaction in
                    _ = try transaction.query("SELECT 1", [])
                    arrivals.report()
                    gate.pass()
                    _ = try transaction.query("SELECT 1", [])
                }
            }
        }
        for _ in holders { await arrivals.wait() }
        let others = (0..<20).map { number in Task { try await engine.insert(Note(amount: Int64(number))) } }
        try TestServer.run("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS false")
        try database.terminateConnections()
        gate.open()
        for task in holders + others {
            let error = await #expect(throws: StorageError.self) { try await task.value }
            #expect(error?.kind == .unavailable)
        }
        await engine.close()
    }
}
