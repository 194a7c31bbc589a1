import Storage
import TestSupport
import Testing

/// What every engine must do, in SQL that every engine understands. It runs unchanged on each engine of
/// ``TestEngine``; what one engine alone promises is tested beside it.
@Suite(.hangLimit)
struct EngineConformance {
    struct Refused: Error {}

    // MARK: Durability

    @Test(arguments: TestEngine.allCases)
    func keepsWhatWasWrittenOverAReopening(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let note = Note(label: "kept", content: [1, 2, 3], amount: 42)
        let first = try await database.openWithNotes()
        try await first.insert(note)
        await first.close()

        let second = try await database.open()
        #expect(try await second.notes() == [note])
        await second.close()
    }

    @Test(arguments: TestEngine.allCases)
    func showsAnotherProcessWhatAWriteHasReturned(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let writer = try await database.openWithNotes()
        let reader = try await database.open()
        for round in 0..<20 {
            try await writer.insert(Note(amount: Int64(round)))
            #expect(try await reader.notes().map(\.amount) == (0...round).map { Int64($0) })
        }
        await writer.close()
        await reader.close()
    }

    // MARK: Transactions

    @Test(arguments: TestEngine.allCases)
    func givesWhatTheBodyGives(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        #expect(try await engine.write(.global) { _ in 7 } == 7)
        #expect(try await engine.read(.global) { _ in "seven" } == "seven")
        await #expect(throws: Refused.self) { try await engine.write(.global) { _ in throw Refused() } }
        await #expect(throws: Refused.self) { try await engine.read(.global) { _ in throw Refused() } }
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func rollsBackAThrowingWriterAlone(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let gate = Gate()
        let arrival = Arrival()
        // The first writer holds the door, so that the others wait together.
        let first = Task {
            try await engine.write(.tenant(Note.tenant)) { transaction in
                arrival.report()
                gate.pass()
                try transaction.execute(Note.insert, Note(amount: -1).values)
            }
        }
        await arrival.wait()
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<60 {
                group.addTask {
                    do {
                        try await engine.write(.tenant(Note.tenant)) { transaction in
                            try transaction.execute(Note.insert, Note(amount: Int64(number)).values)
                            if number.isMultiple(of: 3) { throw Refused() }
                        }
                        return false
                    } catch is Refused {
                        return true
                    }
                }
            }
            gate.open()
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try await first.value
        #expect(refused == 20)
        let amounts = try await engine.notes().compactMap(\.amount).sorted()
        #expect(amounts == [-1] + (0..<60).filter { !$0.isMultiple(of: 3) }.map { Int64($0) })
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func takesNothingOfATransactionThatAConstraintEnds(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let good = Note(content: [1])
        await #expect(throws: StorageError.self) {
            try await engine.insert(good, Note(content: [2]), Note(content: [1]))
        }
        #expect(try await engine.notes().isEmpty)
        try await engine.insert(good)
        #expect(try await engine.notes() == [good])
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func storesWhatManyConcurrentWritersWriteExactlyOnce(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    try await engine.write(.tenant(Note.tenant)) { transaction in
                        try transaction.execute(Note.insert, Note(amount: Int64(number)).values)
                        try transaction.execute(
                            "UPDATE counters SET value = value + 1 WHERE name = ?1", [.text("writes")])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await engine.notes().compactMap(\.amount).sorted() == (0..<500).map { Int64($0) })
        let count = try await engine.read(.global) { transaction in
            var columns = try #require(try transaction.first("SELECT value FROM counters", [])).columns
            return try columns.count()
        }
        #expect(count == 500)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func readsOneSnapshot(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        try await engine.insert(Note(amount: 1))
        let gate = Gate()
        let arrival = Arrival()
        let reading = Task {
            try await engine.read(.tenant(Note.tenant)) { transaction in
                let before = try transaction.notes()
                arrival.report()
                gate.pass()
                return (before, try transaction.notes())
            }
        }
        await arrival.wait()
        try await engine.insert(Note(amount: 2))
        gate.open()
        let (before, after) = try await reading.value
        #expect(before.map(\.amount) == [1])
        #expect(after == before)
        #expect(try await engine.notes().map(\.amount) == [1, 2])
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func takesEveryScope(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        for scope: Scope in [.tenant(Note.tenant), .global, .ingest, .shardLoad, .operators] {
            let numbers = try await engine.write(scope) { transaction in
                var columns = try #require(try transaction.first("SELECT 1", [])).columns
                let one = try columns.integer()
                try transaction.enter(.tenant(Note.tenant))
                return [one, Int64(try transaction.notes().count)]
            }
            #expect(numbers == [1, 0])
        }
        await engine.close()
    }

    // MARK: Values

    static let texts: [String] = [
        "", " ", "O'Reilly; DROP TABLE notes --", "line\nbreak\ttab\u{1}",
        // One scalar of each of the seventeen planes.
        String(String.UnicodeScalarView((UInt32(0)...16).compactMap { Unicode.Scalar($0 << 16 | 0x1234) })),
        "e\u{301} is not é: \u{e9}", "👩🏽‍⚕️🇩🇪", "مرحبا ‮كيف", "\u{fffd}\u{ffff}\u{10ffff}",
        String(repeating: "ä", count: 200_000),
    ]

    @Test(arguments: TestEngine.allCases, texts)
    func givesTextsBackScalarForScalar(_ kind: TestEngine, _ text: String) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        try await engine.insert(Note(label: text))
        let stored = try #require(try await engine.notes().first?.label)
        // Swift compares texts by canonical equivalence; a database must keep the very scalars.
        #expect(Array(stored.utf8) == Array(text.utf8))
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func givesBytesAndIntegersAndIDsBack(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let notes = [
            Note(content: []), Note(content: [0]), Note(content: Array(0...255)),
            Note(content: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }),
            Note(amount: .min), Note(amount: .max), Note(amount: 0), Note(amount: -1), Note(amount: 1 << 53 + 1),
            Note(id: Identifier(high: .max, low: .max)), Note(),
        ]
        for note in notes { try await engine.insert(note) }
        #expect(Set(try await engine.notes()) == Set(notes))
        // An id is found by its value, and a child by its parent's.
        let child = Note(parent: notes[0].id)
        try await engine.insert(child)
        let found = try await engine.read(.tenant(Note.tenant)) { transaction in
            try transaction.query(
                "SELECT id FROM notes WHERE tenant_id = ?1 AND parent_id = ?2", [.id(Note.tenant), .id(notes[0].id)]
            ).map { row in
                var columns = row.columns
                return try columns.id()
            }
        }
        #expect(found == [child.id])
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func ordersIDsAsTheyWereMade(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let notes = (0..<50).map { Note(amount: $0) }
        for note in notes.shuffled() { try await engine.insert(note) }
        #expect(try await engine.notes() == notes)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func storesATextWholeOrBlamesTheRow(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let note = Note(label: "before\u{0}after")
        do {
            try await engine.insert(note)
            #expect(try await engine.notes() == [note])
        } catch let error as StorageError {
            #expect(error.blamesTheRow)
            #expect(try await engine.notes().isEmpty)
        }
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func refusesToReadAColumnAsAnotherType(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        try await engine.insert(Note(label: "text"))
        let error = await #expect(throws: StorageError.self) {
            try await engine.read(.tenant(Note.tenant)) { transaction in
                var columns = try #require(try transaction.first("SELECT label FROM notes", [])).columns
                return try columns.integer()
            }
        }
        #expect(error?.kind == .schema)
        await engine.close()
    }

    // MARK: Rows that an engine refuses

    static let oddRows: [(String, Note)] = [
        ("a second row of the same key", Note(id: Identifier(high: 1, low: 1))),
        ("a second row of the same unique value", Note(content: [9])),
        ("a value that a check forbids", Note(label: "forbidden")),
        ("a parent that does not exist", Note(parent: Identifier(high: 7, low: 7))),
    ]

    @Test(arguments: TestEngine.allCases, oddRows)
    func blamesTheRowForABrokenConstraint(_ kind: TestEngine, _ odd: (String, Note)) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        try await engine.insert(Note(id: Identifier(high: 1, low: 1)), Note(content: [9]))
        let error = await #expect(throws: StorageError.self) { try await engine.insert(odd.1) }
        #expect(error?.kind == .constraint)
        #expect(error?.blamesTheRow == true)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func blamesTheRowForAMissingValue(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.tenant(Note.tenant)) { transaction in
                try transaction.execute(
                    "INSERT INTO notes (tenant_id, id) VALUES (?1, ?2)", [.id(Note.tenant), .null])
            }
        }
        #expect(error?.blamesTheRow == true)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func neverNamesAValueInAnError(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let canary = "canary-4711"
        let note = Note(label: canary, content: Array(canary.utf8))
        try await engine.insert(note)
        let errors = [
            await #expect(throws: StorageError.self) { try await engine.insert(note) },
            await #expect(throws: StorageError.self) {
                try await engine.write(.global) { transaction in
                    try transaction.execute("SELECT no_such_column FROM notes WHERE label = ?1", [.text(canary)])
                }
            },
        ]
        for error in errors {
            #expect(!String(describing: error).contains(canary))
            #expect(!String(reflecting: error).contains(canary))
        }
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func doesNotBlameTheRowForABrokenStatement(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.global) { try $0.execute("INSERT INTO no_such_table (a) VALUES (1)", []) }
        }
        #expect(error?.blamesTheRow == false)
        await engine.close()
    }

    // MARK: Counts

    @Test(arguments: TestEngine.allCases)
    func countsChangedRows(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let notes = (0..<5).map { Note(content: [UInt8($0)], amount: Int64($0)) }
        let counts = try await engine.write(.tenant(Note.tenant)) { transaction in
            let insert = Note.insert + " ON CONFLICT DO NOTHING"
            return [
                try transaction.executeBatch(insert, notes[0..<3].map(\.values)),
                // Two are there already, one comes twice in the batch itself.
                try transaction.executeBatch(insert, (notes[1...4] + [notes[4]]).map(\.values)),
                try transaction.executeBatch(insert, []),
                try transaction.execute(insert, notes[0].values),
                try transaction.execute(
                    "UPDATE notes SET amount = amount + 10 WHERE tenant_id = ?1 AND amount >= ?2",
                    [.id(Note.tenant), .integer(3)]),
                try transaction.execute(
                    "DELETE FROM notes WHERE tenant_id = ?1 AND amount = ?2", [.id(Note.tenant), .integer(99)]),
            ]
        }
        #expect(counts == [3, 2, 0, 0, 2, 0])
        #expect(try await engine.notes().compactMap(\.amount).sorted() == [0, 1, 2, 13, 14])
        await engine.close()
    }

    // MARK: Closing

    @Test(arguments: TestEngine.allCases)
    func refusesWorkOnceItIsClosed(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        await engine.close()
        let write = await #expect(throws: StorageError.self) { try await engine.insert(Note()) }
        #expect(write?.kind == .unavailable)
        let read = await #expect(throws: StorageError.self) { try await engine.notes() }
        #expect(read?.kind == .unavailable)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func answersEveryWriterWhenItClosesUnderLoad(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let stored = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    if number == 100 {
                        await engine.close()
                        return nil
                    }
                    do {
                        try await engine.insert(Note(amount: Int64(number)))
                        return Int64(number)
                    } catch let error as StorageError where error.kind == .unavailable {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: Set<Int64>()) { if let number = $1 { $0.insert(number) } }
        }
        let second = try await database.open()
        #expect(Set(try await second.notes().compactMap(\.amount)) == stored)
        await second.close()
    }
}
