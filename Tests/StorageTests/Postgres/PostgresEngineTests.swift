import Storage
import Synchronization
import TestSupport
import Testing

/// What the engine for several processes alone promises.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct PostgresEngineTests {
    // MARK: Batches

    /// So much in both directions at once that a client that only wrote would wait for ever.
    @Test func sendsALargeBatchInOnePipeline() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let notes = (0..<5000).map { number in
            Note(label: String(repeating: "x", count: 1000), content: Array("\(number)".utf8), amount: Int64(number))
        }
        let count = try await engine.write(.tenant(Note.tenant)) { transaction in
            try transaction.executeBatch(Note.insert + " RETURNING label, label || label", notes.map(\.values))
        }
        #expect(count == 5000)
        #expect(try await engine.notes().compactMap(\.amount) == (0..<5000).map { Int64($0) })
        await engine.close()
    }

    @Test func sendsNothingOfABatchWithAValueThatCannotBe() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let stored = try await engine.write(.tenant(Note.tenant)) { transaction in
            let error = #expect(throws: StorageError.self) {
                try transaction.executeBatch(Note.insert, [Note(amount: 1).values, Note(label: "a\u{0}").values])
            }
            #expect(error?.kind == .data)
            // Nothing was sent, so the transaction goes on.
            return try transaction.execute(Note.insert, Note(amount: 2).values)
        }
        #expect(stored == 1)
        #expect(try await engine.notes().map(\.amount) == [2])
        await engine.close()
    }

    // MARK: Transactions

    @Test func keepsNothingOfABodyThatGoesOnAfterAFailure() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let note = Note(amount: 1)
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.tenant(Note.tenant)) { transaction in
                try transaction.execute(Note.insert, note.values)
                _ = try? transaction.execute(Note.insert, note.values)
                _ = try? transaction.execute(Note.insert, Note(amount: 2).values)
            }
        }
        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.context.contains("notes_pkey") == true)
        #expect(try await engine.notes().isEmpty)
        await engine.close()
    }

    @Test func setsTenantAndScopeWithinTheTransactionOnly() async throws {
        let database = try await ServerDatabase()
        let engine = try database.engine { $0.maxConnections = 1 }
        let settings = "SELECT current_setting('clariva.tenant', true), current_setting('clariva.scope', true)"
        @Sendable func words(_ transaction: any Transaction) throws -> [String] {
            var columns = try #require(try transaction.first(settings, [])).columns
            return [try columns.text(), try columns.text()]
        }
        let tenant = Note.tenant.description
        for (scope, name): (Scope, String) in [
            (.global, "global"), (.ingest, "ingest"), (.shardLoad, "shard_load"), (.operators, "operators"),
        ] {
            let seen = try await engine.write(scope) { transaction in
                let before = try words(transaction)
                try transaction.enter(.tenant(Note.tenant))
                return [before, try words(transaction)]
            }
            #expect(seen == [["", name], [tenant, "tenant"]])
        }
        #expect(try await engine.read(.tenant(Note.tenant), words) == [tenant, "tenant"])
        await engine.close()
    }

    @Test func refusesToWriteInARead() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let error = await #expect(throws: StorageError.self) {
            try await engine.read(.tenant(Note.tenant)) { try $0.execute(Note.insert, Note().values) }
        }
        #expect(error?.sqlState == SQLState(rawValue: "25006"))
        await engine.close()
    }

    @Test func endsAReferenceThatABodyKept() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let kept = Mutex<Kept?>(nil)
        try await engine.write(.global) { transaction in kept.withLock { $0 = Kept(transaction: transaction) } }
        let error = #expect(throws: StorageError.self) {
            try kept.withLock { try $0?.transaction.query("SELECT 1", []) }
        }
        #expect(error?.context == "the transaction is over")
        await engine.close()
    }

    private struct Kept: @unchecked Sendable {
        // SAFETY: used once, after the engine has let go of it.
        let transaction: any Transaction
    }

    @Test func refusesAServerThatAnswersBeforeTheDiskHas() async throws {
        let database = try await ServerDatabase()
        try database.run("ALTER DATABASE \(database.name) SET synchronous_commit = off")
        let engine = try database.engine { $0.failuresUntilOpen = 1 }
        let error = await #expect(throws: StorageError.self) { try await engine.write(.global) { _ in } }
        #expect(error?.kind == .schema)
        #expect(error?.context.contains("synchronous_commit") == true)
        await engine.close()
    }

    // MARK: Prepared statements

    @Test func keepsABoundedNumberOfPreparedStatements() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.maxConnections = 1 }
        for number in 0..<400 {
            let seen = try await engine.read(.global) { transaction in
                var columns = try #require(try transaction.first("SELECT \(number) + ?1", [.integer(1)])).columns
                return try columns.integer()
            }
            #expect(seen == Int64(number) + 1)
        }
        let count = try await engine.read(.global) { transaction in
            var columns = try #require(
                try transaction.first("SELECT count(*) FROM pg_prepared_statements", [])
            ).columns
            return try columns.count()
        }
        #expect((200...258).contains(count))
        await engine.close()
    }

    @Test func goesOnAfterAMigrationUnderAKeptPlan() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.maxConnections = 1 }
        let all: @Sendable (any Transaction) throws -> Int = { try $0.query("SELECT * FROM counters", []).count }
        #expect(try await engine.read(.global, all) == 1)
        try database.run("ALTER TABLE counters ADD COLUMN note TEXT")
        #expect(try await engine.read(.global, all) == 1)
        await engine.close()
    }

    /// NULL has no type of its own; what comes first must not decide for what comes later.
    @Test func takesNullBeforeAndAfterValues() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes { $0.maxConnections = 1 }
        let amounts: [Int64?] = [nil, 1, nil, .max, .min, nil]
        for amount in amounts { try await engine.insert(Note(amount: amount)) }
        #expect(try await engine.notes().map(\.amount) == amounts)
        await engine.close()
    }

    @Test func refusesTheWrongNumberOfValuesBeforeAnythingIsSent() async throws {
        let database = try await ServerDatabase()
        let engine = try await database.engineWithNotes()
        let error = await #expect(throws: StorageError.self) {
            try await engine.read(.global) { try $0.query("SELECT ?1", []) }
        }
        #expect(error?.kind == .other)
        #expect(error?.context == "the statement takes 1 values, not 0")
        await engine.close()
    }
}
