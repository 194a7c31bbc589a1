/// An INSERT of one row, in the form that takes any number of them: the values come as one array a placeholder.
///
/// `INSERT INTO t (a, b, c) VALUES ($1, $2, 'x') ON CONFLICT DO NOTHING` becomes
/// `INSERT INTO t (a, b, c) SELECT batch.v1, batch.v2, 'x' FROM unnest($1::uuid[], $2::int8[]) AS batch (v1, v2)
/// ON CONFLICT DO NOTHING`. Its text does not depend on how many rows there are, so that it is prepared once.
///
/// Only what means the same in both forms is taken. `DO UPDATE` does not: one statement must not change a row twice,
/// two statements may. Nor does an UPDATE: one statement changes a row once, also where several of the batch mean it.
struct BatchInsert: Sendable {
    private enum Piece {
        case text(String)
        case placeholder(Int)
    }

    /// Up to `VALUES`.
    private let head: String
    /// What stands in its parentheses.
    private let values: [Piece]
    /// What follows them.
    private let tail: String

    /// - Parameter sql: with `$1`, `$2`, ...
    /// - Returns: `nil` for a statement that is no such INSERT.
    init?(_ sql: String) {
        let tokens = SQLTokens(sql)
        let words = tokens.all.map(\.text)
        guard words.starts(with: ["INSERT", "INTO"]), let keyword = words.firstIndex(of: "VALUES"),
            let (opening, closing) = Self.parentheses(in: words, from: keyword + 1),
            Self.isConflictDoingNothing(words[(closing + 1)...])
        else { return nil }
        var pieces: [Piece] = []
        var start = tokens.all[opening].range.upperBound
        for token in tokens.all[(opening + 1)...closing] {
            // It stands for a value in VALUES only.
            if token.text == "DEFAULT" { return nil }
            guard let number = Self.placeholder(token.text) else { continue }
            pieces += [.text(tokens.text(start..<token.range.lowerBound)), .placeholder(number)]
            start = token.range.upperBound
        }
        pieces.append(.text(tokens.text(start..<tokens.all[closing].range.lowerBound)))
        head = tokens.text(0..<tokens.all[keyword].range.lowerBound)
        values = pieces
        tail = tokens.text(from: tokens.all[closing].range.upperBound)
    }

    /// The statement for arrays of these types.
    /// - Parameter types: of the placeholders' values. One whose values are all NULL has none: it is written as NULL and
    ///   takes no array.
    /// - Returns: `nil` where there would be no array at all.
    func sql(_ types: [UInt32]) -> String? {
        let columns = types.enumerated().compactMap { index, type in
            PostgresType.array(of: type).map { (name: "v\(index + 1)", array: $0.name) }
        }
        guard !columns.isEmpty else { return nil }
        var sql = head + "SELECT "
        for piece in values {
            switch piece {
            case .text(let text): sql += text
            case .placeholder(let number):
                sql += types[number - 1] == PostgresType.unspecified ? "NULL" : "batch.v\(number)"
            }
        }
        let arrays = columns.enumerated().map { "$\($0 + 1)::\($1.array)" }.joined(separator: ", ")
        return sql + " FROM unnest(\(arrays)) AS batch (\(columns.map(\.name).joined(separator: ", ")))" + tail
    }

    /// - Returns: where the parenthesis that stands at `start` is opened and where it is closed.
    private static func parentheses(in words: [String], from start: Int) -> (opening: Int, closing: Int)? {
        guard start < words.count, words[start] == "(" else { return nil }
        var depth = 0
        for index in start..<words.count {
            if words[index] == "(" { depth += 1 }
            if words[index] == ")" { depth -= 1 }
            if depth == 0 { return (start, index) }
        }
        return nil
    }

    /// Nothing is as good. Values cannot be named there: they are not one any more.
    private static func isConflictDoingNothing(_ words: ArraySlice<String>) -> Bool {
        words.isEmpty
            || words.starts(with: ["ON", "CONFLICT"]) && words.suffix(2) == ["DO", "NOTHING"]
                && !words.contains { placeholder($0) != nil }
    }

    private static func placeholder(_ word: String) -> Int? { word.first == "$" ? Int(word.dropFirst()) : nil }
}
