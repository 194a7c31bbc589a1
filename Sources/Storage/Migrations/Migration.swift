internal import Cryptography

/// One numbered change of the schema. Forward only: a change that was wrong is mended by the next one.
///
/// The text is one for both engines; `ID`, `BYTES`, `TIME` and `INTEGER` stand for the engine's own types. All integers
/// have 64 bits, so that a parameter goes with every column. What only PostgreSQL has (row-level security) stands apart.
public struct Migration: Sendable {
    /// Counts from 1, the same on both engines.
    public var number: Int
    /// What it does, for people.
    public var name: String
    /// The oldest program (its schema number) that may still run after this migration.
    public var oldestProgram: Int
    /// Statements, run in order.
    public var statements: [String]
    /// Further statements for PostgreSQL alone, run behind the others, as they stand.
    public var postgres: [String]

    /// Memberwise.
    public init(number: Int, name: String, oldestProgram: Int, statements: [String], postgres: [String] = []) {
        self.number = number
        self.name = name
        self.oldestProgram = oldestProgram
        self.statements = statements
        self.postgres = postgres
    }

    /// Number and name, for people.
    public var title: String { "\(number) \(name)" }

    /// A digest of the text, the same on both engines: a migration that was applied must never change.
    public var checksum: String {
        var text = statements.joined(separator: ";\n")
        // A migration without such statements has the digest that it had before there were any.
        if !postgres.isEmpty { text += "\n-- postgres\n" + postgres.joined(separator: ";\n") }
        return Hex.encode(SHA256.digest(Array(text.utf8)))
    }

    /// The statements in an engine's own words.
    func statements(for dialect: Dialect) -> [String] {
        let common = commonStatements(for: dialect)
        return dialect == .postgres ? common + postgres : common
    }

    private func commonStatements(for dialect: Dialect) -> [String] {
        statements.map { statement in
            var words: [Substring] = []
            for word in statement.split(separator: " ", omittingEmptySubsequences: false) {
                let bare = word.trimmingSuffix { $0 == "," || $0 == ")" || $0 == "\n" }
                guard let type = Self.types[String(bare)] else {
                    words.append(word)
                    continue
                }
                words.append(Substring(dialect == .sqlite ? type.sqlite : type.postgres) + word.dropFirst(bare.count))
            }
            return words.joined(separator: " ")
        }
    }

    private static let types: [String: (sqlite: String, postgres: String)] = [
        "ID": ("BLOB", "UUID"), "BYTES": ("BLOB", "BYTEA"), "TIME": ("INTEGER", "BIGINT"),
        "INTEGER": ("INTEGER", "BIGINT"),
    ]
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[startIndex..<end]
    }
}
