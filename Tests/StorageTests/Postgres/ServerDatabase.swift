import Foundation
import Storage
import Testing

/// One empty database on the tests' server, which goes with its last reference.
final class ServerDatabase: Sendable {
    let name = "clariva_" + UUID().uuidString.lowercased().replacing("-", with: "")
    let url: String

    init() throws {
        url = try TestServer.url(ofDatabase: name)
        // Nobody is ever connected to template0, so that many may copy it at once.
        try TestServer.run("CREATE DATABASE \(name) TEMPLATE template0")
    }

    deinit {
        drop()
    }

    func drop() {
        _ = try? TestServer.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    func engine(_ change: (inout PostgresConfiguration) -> Void = { _ in }) throws -> PostgresEngine {
        var configuration = try PostgresConfiguration(url: url)
        change(&configuration)
        return PostgresEngine(configuration)
    }

    func engineWithNotes(_ change: (inout PostgresConfiguration) -> Void = { _ in }) async throws -> PostgresEngine {
        let engine = try engine(change)
        try await Migrator(engine, migrations: [.notes]).migrate(now: 0)
        return engine
    }

    /// Runs SQL beside the engine.
    @discardableResult
    func run(_ sql: String) throws -> [String] { try TestServer.run(sql, on: url) }

    /// Ends all connections to it, as an administrator does.
    func terminateConnections() throws {
        try TestServer.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
    }
}
