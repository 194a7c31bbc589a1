import Testing

@testable import Storage

struct BatchInsertTests {
    private static let types = [PostgresType.uuid, PostgresType.int8, PostgresType.text]

    static let taken: [(String, String)] = [
        (
            "INSERT INTO t (a, b, c) VALUES (?1, ?2, ?3)",
            "INSERT INTO t (a, b, c) SELECT batch.v1, batch.v2, batch.v3 "
                + "FROM unnest($1::uuid[], $2::int8[], $3::text[]) AS batch (v1, v2, v3)"
        ),
        (
            "insert into t values(?3, ?2+1,'x ?1', ?2, (SELECT max(d) FROM u WHERE e = ?1)) on conflict do nothing",
            "insert into t SELECT batch.v3, batch.v2+1,'x ?1', batch.v2, (SELECT max(d) FROM u WHERE e = batch.v1) "
                + "FROM unnest($1::uuid[], $2::int8[], $3::text[]) AS batch (v1, v2, v3) on conflict do nothing"
        ),
        (
            #"INSERT INTO "values" (a) VALUES (coalesce(?1, ?2, ?3)) ON CONFLICT (a) WHERE b = 'o''k' DO NOTHING"#,
            #"INSERT INTO "values" (a) SELECT coalesce(batch.v1, batch.v2, batch.v3) "#
                + "FROM unnest($1::uuid[], $2::int8[], $3::text[]) AS batch (v1, v2, v3) "
                + "ON CONFLICT (a) WHERE b = 'o''k' DO NOTHING"
        ),
        (
            "-- VALUES (?1)\nINSERT INTO t VALUES\n    (?1, -- )\n    ?2, ?3)\n",
            "-- VALUES (?1)\nINSERT INTO t SELECT batch.v1, -- )\n    batch.v2, batch.v3 "
                + "FROM unnest($1::uuid[], $2::int8[], $3::text[]) AS batch (v1, v2, v3)\n"
        ),
    ]

    @Test(arguments: taken)
    func putsArraysInThePlaceOfValues(_ original: String, _ expected: String) {
        #expect(PlaceholderRewriting(original).batchInsert?.sql(Self.types) == expected)
    }

    @Test(arguments: [
        "UPDATE t SET a = ?1 WHERE b = ?2",
        "DELETE FROM t WHERE a = ?1",
        "SELECT ?1",
        "INSERT INTO t (a) VALUES (?1), (?2)",
        "INSERT INTO t (a) VALUES (?1) RETURNING a",
        "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO UPDATE SET b = 1",
        "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) WHERE b = ?2 DO NOTHING",
        "INSERT INTO t (a, b) VALUES (?1, DEFAULT)",
        "INSERT INTO t (a) SELECT ?1",
        "INSERT INTO t (a) SELECT a FROM (VALUES (?1)) AS v (a)",
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t (a) VALUES (?1",
        "WITH w AS (SELECT 1) INSERT INTO t (a) VALUES (?1)",
        "INSERT INTO t (a) VALUES",
        "",
    ])
    func leavesWhatMeansSomethingElseInOneStatement(_ original: String) {
        #expect(PlaceholderRewriting(original).batchInsert == nil)
    }

    /// An array needs a type, and NULL has none.
    @Test func writesAColumnOfNullsAsNull() {
        let insert = PlaceholderRewriting("INSERT INTO t VALUES (?1, ?2, ?1, ?3)").batchInsert
        #expect(
            insert?.sql([PostgresType.unspecified, PostgresType.int8, PostgresType.bytea])
                == "INSERT INTO t SELECT NULL, batch.v2, NULL, batch.v3 "
                + "FROM unnest($1::int8[], $2::bytea[]) AS batch (v2, v3)")
        #expect(insert?.sql([UInt32](repeating: PostgresType.unspecified, count: 3)) == nil)
    }

    @Test func isNotUsedForAFewRows() throws {
        let statement = PlaceholderRewriting("INSERT INTO t VALUES (?1)")
        let few = try PostgresCommand(statement, [[.integer(1)], [.integer(2)]])
        #expect(few.sql == "INSERT INTO t VALUES ($1)")
        #expect(few.runs.count == 2)
        let many = try PostgresCommand(statement, (0..<1000).map { [.integer($0)] })
        #expect(many.sql == "INSERT INTO t SELECT batch.v1 FROM unnest($1::int8[]) AS batch (v1)")
        #expect(many.types == [1016])
        #expect(many.runs.count == 1)
    }

    /// One set of arrays is bounded by its rows and by its bytes; a row is never cut.
    @Test func isRunSeveralTimesForVeryMuch() throws {
        let statement = PlaceholderRewriting("INSERT INTO t VALUES (?1)")
        let small = try PostgresCommand(statement, (0..<2001).map { [.integer($0)] })
        #expect(small.runs.count == 3)
        let large = [[SQLValue]](repeating: [.blob([UInt8](repeating: 7, count: 9 << 20))], count: 5)
        #expect(try PostgresCommand(statement, large).runs.count == 3)
    }

    @Test func refusesATypeThatChangesWithinABatch() {
        let statement = PlaceholderRewriting("INSERT INTO t VALUES (?1)")
        #expect(throws: StorageError.self) {
            try PostgresCommand(statement, [[.integer(1)], [.null], [.integer(2)], [.text("3")]])
        }
        #expect(throws: StorageError.self) { try PostgresCommand(statement, [[.null], [], [.null], [.null]]) }
    }
}
