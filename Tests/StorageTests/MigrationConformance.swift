import Storage
import Testing

/// Migrations behave alike on every engine.
@Suite(.timeLimit(.minutes(2)))
struct MigrationConformance {
    static let later = Migration(
        number: 2, name: "later", oldestProgram: 1,
        statements: ["CREATE TABLE later (id ID NOT NULL PRIMARY KEY, at TIME NOT NULL)"])

    @Test(arguments: TestEngine.allCases)
    func appliesEachMigrationOnce(_ kind: TestEngine) async throws {
        let database = try kind.makeDatabase()
        let engine = try await database.open()
        #expect(try await Migrator(engine, migrations: [.notes]).migrate(now: 1) == [1])
        try await engine.insert(Note(amount: 5))
        #expect(try await Migrator(engine, migrations: [.notes]).migrate(now: 2).isEmpty)
        #expect(try await Migrator(engine, migrations: [.notes, Self.later]).migrate(now: 3) == [2])
        #expect(try await Migrator(engine, migrations: [.notes, Self.later]).pending().isEmpty)
        #expect(try await engine.notes().map(\.amount) == [5])
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func appliesTheWholeSchemaTwiceWithoutAWord(_ kind: TestEngine) async throws {
        let database = try kind.makeDatabase()
        let engine = try await database.open()
        #expect(try await Migrator(engine).migrate(now: 1) == Migration.all.map(\.number))
        #expect(try await Migrator(engine).migrate(now: 2).isEmpty)
        await engine.close()
    }

    /// Ten pairs of processes that start at the same moment, as a rolling upgrade may start them.
    @Test(arguments: TestEngine.allCases)
    func letsTwoMigratorsRunAtOnce(_ kind: TestEngine) async throws {
        for _ in 0..<10 {
            let database = try kind.makeDatabase()
            let engines = [try await database.open(), try await database.open()]
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for engine in engines {
                    group.addTask { try await Migrator(engine, migrations: [.notes, Self.later]).migrate(now: 1) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == [1, 2])
            let counters = try await engines[0].read(.global) { try $0.query("SELECT name FROM counters", []).count }
            #expect(counters == 1)
            for engine in engines { await engine.close() }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func leavesNothingOfAMigrationThatFails(_ kind: TestEngine) async throws {
        let database = try kind.makeDatabase()
        let engine = try await database.openWithNotes()
        var broken = Self.later
        broken.statements.append("CREATE TABLE later (id ID NOT NULL PRIMARY KEY)")
        await #expect(throws: StorageError.self) {
            try await Migrator(engine, migrations: [.notes, broken]).migrate(now: 1)
        }
        #expect(try await Migrator(engine, migrations: [.notes, Self.later]).migrate(now: 2) == [2])
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func refusesAMigrationThatHasChangedSinceItWasApplied(_ kind: TestEngine) async throws {
        let database = try kind.makeDatabase()
        let engine = try await database.openWithNotes()
        var changed = Migration.notes
        changed.statements[3] = "INSERT INTO counters (name, value) VALUES ('writes', 1)"
        let error = await #expect(throws: StorageError.self) {
            try await Migrator(engine, migrations: [changed, Self.later]).migrate(now: 1)
        }
        #expect(error?.kind == .schema)
        // And applies nothing that came after it.
        await #expect(throws: StorageError.self) {
            try await engine.read(.global) { try $0.query("SELECT id FROM later", []) }
        }
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func refusesASchemaThatNeedsALaterProgram(_ kind: TestEngine) async throws {
        let database = try kind.makeDatabase()
        let engine = try await database.open()
        var breaking = Self.later
        breaking.oldestProgram = 2
        try await Migrator(engine, migrations: [.notes, breaking]).migrate(now: 1)
        let error = await #expect(throws: StorageError.self) {
            try await Migrator(engine, migrations: [.notes]).migrate(now: 2)
        }
        #expect(error?.kind == .schema)
        #expect(error?.context.contains("2") == true)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func runsOnALaterSchemaThatStillAllowsIt(_ kind: TestEngine) async throws {
        let database = try kind.makeDatabase()
        let engine = try await database.open()
        try await Migrator(engine, migrations: [.notes, Self.later]).migrate(now: 1)
        #expect(try await Migrator(engine, migrations: [.notes]).migrate(now: 2).isEmpty)
        await engine.close()
    }

    @Test func numbersMigrationsInOrder() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Migration.all.allSatisfy { $0.oldestProgram <= $0.number })
        #expect(Set(Migration.all.map(\.checksum)).count == Migration.all.count)
    }
}
