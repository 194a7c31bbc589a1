import Storage
import TestSupport
import Testing

/// One statement for many rows does what the same statement does row by row, however an engine goes about it.
@Suite(.hangLimit)
struct BatchConformance {
    /// Columns with values, with none, and with some: which of them a batch has is not known before it comes.
    static func notes(_ count: Int) -> [Note] {
        (0..<count).map { number in
            Note(
                label: number.isMultiple(of: 3) ? nil : ["", "O'Reilly", "ü\"{},\\ NULL"][number % 3],
                content: number.isMultiple(of: 2) ? Array("content \(number)".utf8) : number == 1 ? [] : nil,
                amount: number.isMultiple(of: 5) ? nil : Int64(number) - 2)
        }
    }

    @Test(arguments: TestEngine.allCases, [0, 1, 2, 3, 4, 5, 64, 999, 1000, 1001, 2500])
    func storesAnyNumberOfRows(_ kind: TestEngine, _ count: Int) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let notes = Self.notes(count)
        let changes = try await engine.write(.tenant(Note.tenant)) {
            try $0.executeBatch(Note.insert, notes.map(\.values))
        }
        #expect(changes == count)
        #expect(try await engine.notes() == notes)
        await engine.close()
    }

    /// The same statement with other columns of NULL, larger and smaller, over one connection.
    @Test(arguments: TestEngine.allCases)
    func storesOneBatchAfterTheOther(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let batches = [
            (0..<9).map { _ in Note() }, (0..<5).map { Note(label: "five", amount: $0) },
            (0..<12).map { Note(content: [UInt8($0)]) }, (0..<9).map { _ in Note() }, (0..<7).map { Note(amount: $0) },
        ]
        try await engine.write(.tenant(Note.tenant)) { transaction in
            for batch in batches {
                let changes = try transaction.executeBatch(Note.insert, batch.map(\.values))
                #expect(changes == batch.count)
            }
        }
        #expect(try await engine.notes() == batches.flatMap { $0 })
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func keepsTheFirstOfEqualRows(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let insert = Note.insert + " ON CONFLICT DO NOTHING"
        // Each content comes three times.
        let notes = (0..<30).map { Note(content: [UInt8($0 % 10)], amount: Int64($0)) }
        let counts = try await engine.write(.tenant(Note.tenant)) { transaction in
            [
                try transaction.executeBatch(insert, notes.map(\.values)),
                try transaction.executeBatch(insert, notes.map(\.values)),
            ]
        }
        #expect(counts == [10, 0])
        #expect(try await engine.notes() == Array(notes[..<10]))
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases)
    func takesConstantsAndExpressionsAndRepeatedPlaceholders(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let plain = [nil, 1, nil, 3, 4].map { Note(amount: $0) }
        try await engine.write(.tenant(Note.tenant)) { transaction in
            let changes = try transaction.executeBatch(
                """
                INSERT INTO notes (id, tenant_id, label, amount, parent_id, content)
                VALUES (?2, ?1, 'it''s ?3', coalesce(?3 * 2 + 1, -1), ?2, NULL)
                """,
                plain.map { [.id($0.tenant), .id($0.id), .integer($0.amount)] })
            #expect(changes == 5)
        }
        let stored = zip(plain, [-1, 3, -1, 7, 9]).map { Note(id: $0.id, label: "it's ?3", amount: $1, parent: $0.id) }
        #expect(try await engine.notes() == stored)
        await engine.close()
    }

    /// What a row of the batch changes the next one finds changed.
    @Test(arguments: TestEngine.allCases)
    func countsAndChangesRowByRow(_ kind: TestEngine) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        let ones = [[SQLValue]](repeating: [.text("writes"), .integer(1)], count: 10)
        let counts = try await engine.write(.global) { transaction in
            [
                try transaction.executeBatch("UPDATE counters SET value = value + ?2 WHERE name = ?1", ones),
                try transaction.executeBatch(
                    """
                    INSERT INTO counters (name, value) VALUES (?1, ?2)
                    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
                    """, ones),
            ]
        }
        #expect(counts == [10, 10])
        let value = try await engine.read(.global) { transaction in
            var columns = try #require(try transaction.first("SELECT value FROM counters", [])).columns
            return try columns.count()
        }
        #expect(value == 20)
        await engine.close()
    }

    @Test(arguments: TestEngine.allCases, EngineConformance.oddRows)
    func blamesTheRowsForOneThatBreaksAConstraint(_ kind: TestEngine, _ odd: (String, Note)) async throws {
        let database = try await kind.makeDatabase()
        let engine = try await database.openWithNotes()
        try await engine.insert(Note(id: Identifier(high: 1, low: 1)), Note(content: [9]))
        let rows = (0..<40).map { $0 == 20 ? odd.1.values : Note(amount: $0).values }
        let error = await #expect(throws: StorageError.self) {
            try await engine.write(.tenant(Note.tenant)) { try $0.executeBatch(Note.insert, rows) }
        }
        #expect(error?.kind == .constraint)
        #expect(try await engine.notes().count == 2)
        await engine.close()
    }
}
