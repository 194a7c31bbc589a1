import Storage
import TestSupport
import Testing

/// Migrations behave alike on every engine.
@Suite(.hangLimit)
struct MigrationConformance {
    static let later = Migration(
        number: 2, name: "later", oldestProgram: 1,
        statements: ["CREATE TABLE later (id ID NOT NULL PRIMARY KEY, at TIME NOT NULL)"])

    @Test(arguments: TestEngine.allCases)
    func appliesEachMigrationOnce(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
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
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        #expect(try await Migrator(engine).migrate(now: 1) == Migration.all.map(\.number))
        #expect(try await Migrator(engine).migrate(now: 2).isEmpty)
        await engine.close()
    }

    /// Ten pairs of processes that start at the same moment, as a rolling upgrade may start them.
    @Test(arguments: TestEngine.allCases)
    func letsTwoMigratorsRunAtOnce(_ kind: TestEngine) async throws {
        for _ in 0..<10 {
            let database = try await kind.makeDatabase()
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
        let database = try await kind.makeDatabase()
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
        let database = try await kind.makeDatabase()
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
        let database = try await kind.makeDatabase()
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
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        try await Migrator(engine, migrations: [.notes, Self.later]).migrate(now: 1)
        #expect(try await Migrator(engine, migrations: [.notes]).migrate(now: 2).isEmpty)
        await engine.close()
    }

    // MARK: Services

    /// What `clariva serve` does: an embedded database is migrated, a shared one is looked at.
    @Test(arguments: TestEngine.allCases)
    func preparesAnEmbeddedDatabaseAndRefusesASharedOneThatIsOutOfDate(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        let (old, new) = (Migrator(engine, migrations: [.notes]), Migrator(engine, migrations: [.notes, Self.later]))
        switch kind {
        case .sqlite:
            #expect(try await old.prepareForService(now: 1) == [1])
            #expect(try await new.prepareForService(now: 2) == [2])
        case .postgres:
            for (migrator, words) in [(old, "has no schema"), (new, "lacks 2 later")] {
                let error = await #expect(throws: StorageError.self) { try await migrator.prepareForService(now: 1) }
                #expect(error?.kind == .schema)
                #expect(error?.context.contains(words) == true)
                #expect(error?.context.contains("run clariva migrate") == true)
                try await old.migrate(now: 1)
            }
            try await new.migrate(now: 2)
        }
        #expect(try await new.prepareForService(now: 3).isEmpty)
        try await new.requireCurrent()
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func anOlderProgramDoesNotStartOnASchemaThatNeedsALaterOne(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        var breaking = Self.later
        breaking.oldestProgram = 2
        try await Migrator(engine, migrations: [.notes, breaking]).migrate(now: 1)
        let old = Migrator(engine, migrations: [.notes])
        let starting = await #expect(throws: StorageError.self) { try await old.prepareForService(now: 2) }
        let looking = await #expect(throws: StorageError.self) { try await old.requireCurrent() }
        for error in [starting, looking] {
            #expect(error?.kind == .schema)
            #expect(error?.context.contains("needs a program of schema 2 or later; this one is 1") == true)
        }
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func everythingIsPendingWhereThereIsNoSchemaAndAskingMakesNone(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        for _ in 0..<2 {
            #expect(try await Migrator(engine).pending().map(\.number) == Migration.all.map(\.number))
        }
        await #expect(throws: StorageError.self) {
            try await engine.read(.global) { try $0.query("SELECT number FROM schema_migrations", []) }
        }
        await engine.close()
    }

    /// A program that was built while the one before it was still on its way.
    @Test(arguments: TestEngine.allCases)
    func doesNotMindAGap(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        var fourth = Self.later
        fourth.number = 4
        #expect(try await Migrator(engine, migrations: [.notes, fourth]).migrate(now: 1) == [1, 4])
        let third = Migration(
            number: 3, name: "third", oldestProgram: 1, statements: ["CREATE TABLE third (id ID NOT NULL)"])
        #expect(try await Migrator(engine, migrations: [.notes, third, fourth]).migrate(now: 2) == [3])
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func runsWhatIsForOneEngineOnThatOneAlone(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.open()
        var special = Self.later
        special.postgres = ["ALTER TABLE later ENABLE ROW LEVEL SECURITY"]
        #expect(try await Migrator(engine, migrations: [.notes, special]).migrate(now: 1) == [1, 2])
        // Both have the same digest: what is special belongs to it.
        #expect(special.checksum != Self.later.checksum)
        await engine.close()
    }

    /// Two that start while the other one is at it, with a schema whose making takes a while.
    @Test(arguments: TestEngine.allCases)
    func letsTwoMigratorsMakeTheWholeSchemaAtOnce(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engines = [try await database.open(), try await database.open()]
        let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
            for engine in engines { group.addTask { try await Migrator(engine).migrate(now: 1) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == Migration.all.map(\.number))
        for engine in engines { await engine.close() }
    }

    /// What was released keeps its digest: a database somewhere was made from it.
    @Test func keepsTheTextOfMigrationsThatWereReleased() {
        let known = [
            1: "4e20f10fee5e5d302235522965a4c23f2e4ed2575deb3fbd83f31d83f55561e7",
            2: "e889da21ef72a38e1d5decb831bbadf835b338a8600e94bdb86fbf9a4a3cbf25",
        ]
        for migration in Migration.all {
            if let checksum = known[migration.number] { #expect(migration.checksum == checksum, "\(migration.title)") }
        }
    }

    @Test func numbersMigrationsInOrder() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Migration.all.allSatisfy { $0.oldestProgram <= $0.number })
        #expect(Set(Migration.all.map(\.checksum)).count == Migration.all.count)
    }
}
