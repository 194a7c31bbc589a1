import Testing

@testable import Storage

struct PlaceholderRewritingTests {
    static let table: [(String, String, Int)] = [
        ("SELECT 1", "SELECT 1", 0),
        ("SELECT ?1", "SELECT $1", 1),
        ("a = ?2 AND b = ?1 AND c = ?2", "a = $2 AND b = $1 AND c = $2", 2),
        ("VALUES (?1,?12)", "VALUES ($1,$12)", 12),
        ("a = '?1' AND b = ?1", "a = '?1' AND b = $1", 1),
        ("a = 'it''s ?1' AND b = ?1", "a = 'it''s ?1' AND b = $1", 1),
        (#"SELECT "?1" FROM t WHERE a = ?1"#, #"SELECT "?1" FROM t WHERE a = $1"#, 1),
        ("-- what is ?1\nSELECT ?1", "-- what is ?1\nSELECT $1", 1),
        ("a = ? OR b = ?1", "a = ? OR b = $1", 1),
        ("a = 'never closed ?1", "a = 'never closed ?1", 0),
        ("naïve = 'é' AND ü = ?1", "naïve = 'é' AND ü = $1", 1),
        ("", "", 0),
        ("?", "?", 0),
    ]

    @Test(arguments: table)
    func rewritesPlaceholdersOutsideOfLiterals(_ original: String, _ expected: String, _ count: Int) {
        let rewriting = PlaceholderRewriting(original)
        #expect(rewriting.sql == expected)
        #expect(rewriting.parameterCount == count)
    }
}
