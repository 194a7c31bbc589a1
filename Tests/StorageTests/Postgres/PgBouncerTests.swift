import Storage
import TestSupport
import Testing

/// Behind a pooler in transaction mode a transaction never knows which server connection it gets.
@Suite(
    .enabled(if: TestServer.url != nil),
    .enabled(if: PgBouncer.path != nil || TestServer.isCI, "pgbouncer is not installed"), .hangLimit)
struct PgBouncerTests {
    @Test func worksThroughAPoolerInTransactionMode() async throws {
        let database = try await ServerDatabase()
        let pooler = try PgBouncer(before: database.url, connections: 3)
        let url = pooler.url("clariva_prepared=off")
        // Two processes with more connections than the pooler has.
        let engines = try (0..<2).map { _ in PostgresEngine(try PostgresConfiguration(url: url)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for engine in engines {
                group.addTask { _ = try await Migrator(engine, migrations: [.notes]).migrate(now: 0) }
            }
            try await group.waitForAll()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let engine = engines[number % 2]
                    try await engine.write(.tenant(Note.tenant)) { transaction in
                        try transaction.execute(Note.insert, Note(amount: Int64(number)).values)
                        try transaction.execute(
                            "UPDATE counters SET value = value + 1 WHERE name = ?1", [.text("writes")])
                        let setting = try transaction.first("SELECT current_setting('clariva.tenant')", [])
                        var columns = try #require(setting).columns
                        #expect(try columns.text() == Note.tenant.description)
                    }
                    #expect(try await engine.notes().compactMap(\.amount).contains(Int64(number)))
                }
            }
            try await group.waitForAll()
        }
        let batch = (0..<1000).map { Note(amount: Int64($0)).values }
        #expect(try await engines[0].write(.tenant(Note.tenant)) { try $0.executeBatch(Note.insert, batch) } == 1000)
        #expect(try await engines[1].notes().count == 1200)
        for engine in engines { await engine.close() }
    }

    @Test func leavesNoSettingBehindForTheNextClient() async throws {
        let database = try await ServerDatabase()
        let pooler = try PgBouncer(before: database.url, connections: 1)
        let url = pooler.url("clariva_prepared=off")
        let engine = PostgresEngine(try PostgresConfiguration(url: url))
        _ = try await engine.read(.tenant(Note.tenant)) { try $0.query("SELECT 1", []) }
        let left = try TestServer.run(
            "SELECT coalesce(current_setting('clariva.tenant', true), ''), current_setting('statement_timeout')",
            on: pooler.url(""))
        #expect(left == ["|0"])
        await engine.close()
    }

    /// Whoever forgets the setting is told which one it is.
    @Test func namesTheSettingThatIsMissing() async throws {
        let database = try await ServerDatabase()
        let pooler = try PgBouncer(before: database.url, connections: 2)
        let engine = PostgresEngine(try PostgresConfiguration(url: pooler.url("clariva_connections=8")))
        let errors = await withTaskGroup(of: StorageError?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    do {
                        _ = try await engine.read(.global) { try $0.query("SELECT 1", []) }
                        return nil
                    } catch {
                        return error as? StorageError
                    }
                }
            }
            return await group.reduce(into: [StorageError]()) { if let error = $1 { $0.append(error) } }
        }
        #expect(errors.contains { $0.context.contains("clariva_prepared=off") })
        await engine.close()
    }
}
