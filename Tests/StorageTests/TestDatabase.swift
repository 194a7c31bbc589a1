import Foundation
import Storage
import Testing

/// A new engine adds its case to `TestEngine` and passes the conformance suite unchanged.
extension TestEngine {
    /// A database of its own for one test, empty.
    func makeDatabase() async throws -> TestDatabase {
        switch self {
        case .sqlite:
            let directory = FileManager.default.temporaryDirectory.appending(
                path: "clariva-storage-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let path = directory.appending(path: "test.db").path
            return TestDatabase(
                open: { try SQLiteEngine(path: path, exclusive: false) },
                remove: { try? FileManager.default.removeItem(at: directory) })
        case .postgres:
            let database = try await ServerDatabase()
            return TestDatabase(
                open: { try database.engine { $0.maxConnections = 4 } }, remove: { withExtendedLifetime(database) {} })
        }
    }
}

/// One empty database, which goes with its last reference.
final class TestDatabase: Sendable {
    /// Opens an engine on the database; a second one stands for a second process.
    let open: @Sendable () async throws -> any Engine
    private let remove: @Sendable () -> Void

    init(open: @escaping @Sendable () async throws -> any Engine, remove: @escaping @Sendable () -> Void) {
        self.open = open
        self.remove = remove
    }

    deinit {
        remove()
    }

    /// An engine on the database with the tables that the conformance suite writes to.
    func openWithNotes() async throws -> any Engine {
        let engine = try await open()
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        return engine
    }
}

extension Migration {
    /// One column of every type, each kind of constraint, and a counter.
    static let notes = Migration(
        number: 1, name: "notes", oldestProgram: 1,
        statements: [
            """
            CREATE TABLE notes (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                label TEXT,
                content BYTES,
                amount TIME,
                parent_id ID,
                PRIMARY KEY (tenant_id, id),
                CHECK (label <> 'forbidden'),
                FOREIGN KEY (tenant_id, parent_id) REFERENCES notes (tenant_id, id)
            )
            """,
            // PostgreSQL takes no index entry of more than 8191 bytes; what is indexed in earnest is a digest.
            "CREATE UNIQUE INDEX notes_content ON notes (tenant_id, content) WHERE length(content) < 2000",
            "CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)",
            "INSERT INTO counters (name, value) VALUES ('writes', 0)",
        ])
}

/// One row of the table `notes`.
struct Note: Sendable, Hashable {
    static let tenant = Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)

    var tenant = Self.tenant
    var id = Self.source.make(now: 1_750_000_000_000)
    var label: String?
    var content: [UInt8]?
    var amount: Int64?
    var parent: Identifier?

    private static let source = IdentifierSource()

    static let insert = """
        INSERT INTO notes (tenant_id, id, label, content, amount, parent_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """

    var values: [SQLValue] { [.id(tenant), .id(id), .text(label), .blob(content), .integer(amount), .id(parent)] }
}

extension Engine {
    /// Stores notes, each in the same transaction.
    func insert(_ notes: Note...) async throws {
        try await write(.tenant(Note.tenant)) { transaction in
            for note in notes { try transaction.execute(Note.insert, note.values) }
        }
    }

    /// All notes, oldest first.
    func notes() async throws -> [Note] {
        try await read(.tenant(Note.tenant)) { transaction in try transaction.notes() }
    }
}

extension Transaction {
    /// All notes, oldest first.
    func notes() throws -> [Note] {
        try query(
            "SELECT tenant_id, id, label, content, amount, parent_id FROM notes WHERE tenant_id = ?1 ORDER BY id",
            [.id(Note.tenant)]
        ).map { row in
            var columns = row.columns
            return Note(
                tenant: try columns.id(), id: try columns.id(), label: try columns.optionalText(),
                content: try columns.optionalBlob(), amount: try columns.optionalInteger(),
                parent: try columns.optionalID())
        }
    }
}
