import Foundation
import Storage
import TestSupport
import Testing

/// What the embedded engine alone promises.
@Suite(.hangLimit)
struct SQLiteEngineTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.url.appending(path: "test.db").path }

    private func integer(_ sql: String, _ engine: SQLiteEngine) async throws -> Int64 {
        try await engine.write(.global) { transaction in
            var columns = try #require(try transaction.first(sql, [])).columns
            return try columns.integer()
        }
    }

    @Test func syncsEveryCommit() async throws {
        // A second opening as well: GRDB sets NORMAL each time.
        for _ in 0..<2 {
            let engine = try SQLiteEngine(path: path, exclusive: true)
            #expect(try await integer("PRAGMA synchronous", engine) == 2)
            #expect(try await integer("PRAGMA wal_autocheckpoint", engine) == 0)
            #expect(try await integer("PRAGMA foreign_keys", engine) == 1)
            let mode = try await engine.write(.global) { transaction in
                var columns = try #require(try transaction.first("PRAGMA journal_mode", [])).columns
                return try columns.text()
            }
            #expect(mode == "wal")
            await engine.close()
        }
    }

    @Test func refusesADatabaseWithoutAWriteAheadLog() {
        #expect(throws: (any Error).self) { try SQLiteEngine(path: ":memory:", exclusive: false) }
    }

    @Test func refusesWhatIsNoDatabase() throws {
        try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: path))
        let error = #expect(throws: StorageError.self) { try SQLiteEngine(path: path, exclusive: false) }
        #expect(error?.kind == .unavailable)
    }

    @Test func refusesADirectoryThatDoesNotExist() {
        let error = #expect(throws: StorageError.self) {
            try SQLiteEngine(path: path + "/none/test.db", exclusive: true)
        }
        #expect(error?.kind == .unavailable)
    }

    @Test func letsOneServiceHoldADatabase() async throws {
        let first = try SQLiteEngine(path: path, exclusive: true)
        let error = #expect(throws: StorageError.self) { try SQLiteEngine(path: path, exclusive: true) }
        #expect(error?.kind == .busy)
        // A command beside the service does not ask for the lock.
        let beside = try SQLiteEngine(path: path, exclusive: false)
        await beside.close()
        await first.close()
        let next = try SQLiteEngine(path: path, exclusive: true)
        await next.close()
    }

    @Test func checkpointsOnItsOwnSchedule() async throws {
        let engine = try SQLiteEngine(path: path, exclusive: true)
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        let content = [UInt8](repeating: 7, count: 512 << 10)
        func write(_ count: Int) async throws {
            for number in 0..<count {
                var note = Note(content: content, amount: Int64(number))
                note.content?.append(contentsOf: note.id.bytes)
                try await engine.insert(note)
            }
        }
        // Far beyond the thousand pages of SQLite's own checkpoint, and yet nothing moved: no commit pays for it.
        try await write(22)
        #expect(try size("-wal") > 10 << 20)
        #expect(try size("") < 1 << 20)
        // In the long run the log does not grow with what was written.
        try await write(180)
        #expect(try size("-wal") < 64 << 20)
        #expect(try size("") > 30 << 20)
        #expect(try await engine.notes().count == 202)
        await engine.close()
    }

    @Test func leavesNoLogBehindWhenItCloses() async throws {
        let engine = try SQLiteEngine(path: path, exclusive: true)
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        try await engine.insert(Note(amount: 1))
        await engine.close()
        #expect(((try? size("-wal")) ?? 0) == 0)
    }

    private func size(_ suffix: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path + suffix)[.size] as? Int)
    }

    /// Those who wait together pay for one sync, an odd row among them or not.
    @Test func sharesOneCommitAmongThoseWhoWaitTogether() async throws {
        let engine = try SQLiteEngine(path: path, exclusive: true)
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        let before = try commits()
        let gate = Gate()
        let arrival = Arrival()
        let first = Task {
            try await engine.write(.global) { transaction in
                arrival.report()
                gate.pass()
                try transaction.execute(Note.insert, Note(amount: 1000).values)
            }
        }
        await arrival.wait()
        let started = Arrival()
        let others = (0..<100).map { number in
            Task {
                started.report()
                // Number 50 has a parent that does not exist.
                let parent = number == 50 ? Identifier(high: 9, low: 9) : nil
                try await engine.insert(Note(amount: Int64(number), parent: parent))
            }
        }
        for _ in others { await started.wait() }
        // One more read gives those that have started the time to queue up.
        _ = try await engine.notes()
        gate.open()
        try await first.value
        var failures = 0
        for other in others {
            do { try await other.value } catch let error as StorageError where error.blamesTheRow { failures += 1 }
        }
        #expect(failures == 1)
        #expect(try await engine.notes().count == 100)
        #expect(try commits() - before < 20)
        await engine.close()
    }

    /// Counts commits in the write-ahead log: frames whose second word, the size after a commit, is not zero
    /// (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
    private func commits() throws -> Int {
        let log = [UInt8](try Data(contentsOf: URL(filePath: path + "-wal")))
        guard log.count > 32 else { return 0 }
        func word(_ offset: Int) -> Int { log[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = 24 + word(8)
        return stride(from: 32, to: log.count - frame + 1, by: frame).count { word($0 + 4) != 0 }
    }

    /// A constraint that is only looked at when the shared commit comes would take the neighbours with it.
    @Test func hasNoConstraintThatWaitsForTheCommit() async throws {
        let engine = try SQLiteEngine(path: path, exclusive: true)
        try await Migrator(engine).migrate(now: 0)
        let deferred = try await engine.read(.global) { transaction in
            try transaction.query("SELECT name FROM sqlite_master WHERE upper(sql) LIKE '%DEFERR%'", []).count
        }
        #expect(deferred == 0)
        await engine.close()
    }

    /// A log that ends in the middle of a commit is what a killed process leaves.
    @Test func losesNoCommitBeforeATornOne() async throws {
        let engine = try SQLiteEngine(path: path, exclusive: false)
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        for number in 0..<10 { try await engine.insert(Note(amount: Int64(number))) }
        let copy = TemporaryDirectory()
        let target = copy.url.appending(path: "test.db").path
        let whole = try Data(contentsOf: URL(filePath: path + "-wal"))
        try await engine.insert(Note(content: [UInt8](repeating: 1, count: 20_000), amount: 10))
        let longer = try Data(contentsOf: URL(filePath: path + "-wal"))
        for cut in stride(from: whole.count, to: longer.count, by: 1777) {
            try? FileManager.default.removeItem(atPath: target + "-wal")
            try? FileManager.default.removeItem(atPath: target)
            try FileManager.default.copyItem(atPath: path, toPath: target)
            try longer.prefix(cut).write(to: URL(filePath: target + "-wal"))
            let second = try SQLiteEngine(path: target, exclusive: false)
            #expect(try await second.notes().compactMap(\.amount) == (0..<10).map { Int64($0) })
            await second.close()
        }
        await engine.close()
    }
}

/// A directory of a test's own.
final class TemporaryDirectory: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "clariva-storage-\(UUID().uuidString)")

    init() {
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
