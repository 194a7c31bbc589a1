import Storage
import TestSupport
import Testing

typealias TestEngine = TestSupport.TestEngine
typealias TestServer = TestSupport.TestServer
typealias ServerDatabase = TestSupport.ServerDatabase
typealias PgBouncer = TestSupport.PgBouncer

extension TestSupport.TestEngine: CustomTestStringConvertible {
    public var testDescription: String { rawValue }
}

extension ServerDatabase {
    /// With the tables that the conformance suite writes to.
    func engineWithNotes(_ change: (inout PostgresConfiguration) -> Void = { _ in }) async throws -> PostgresEngine {
        let engine = try engine(change)
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        return engine
    }
}
