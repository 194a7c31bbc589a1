import Foundation
import Storage

/// One empty database on the tests' server, opened as a superuser, which goes with its last reference.
public final class ServerDatabase: Sendable {
    public let name: String
    public let url: String

    /// - Parameter template: what it is a copy of. Nobody is ever connected to a template, so that many may copy it at
    ///   once.
    public init(template: String = "template0") async throws {
        name = "clariva_" + UUID().uuidString.lowercased().replacing("-", with: "")
        url = try TestServer.url(ofDatabase: name)
        let statement = "CREATE DATABASE \(name) TEMPLATE \(template)"
        _ = try await TestServer.aside { try TestServer.run(statement) }
    }

    deinit {
        let statement = "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"
        // What is left at the end of the run goes with the server.
        TestServer.later { _ = try? TestServer.run(statement) }
    }

    /// Opens an engine on it; a second one stands for a second process.
    public func engine(_ change: (inout PostgresConfiguration) -> Void = { _ in }) throws -> PostgresEngine {
        var configuration = try PostgresConfiguration(url: url)
        // Many tests share few cores: a body may wait for its turn longer than a service would.
        configuration.idleInTransactionTimeout = .seconds(60)
        change(&configuration)
        return PostgresEngine(configuration)
    }

    /// Runs SQL beside the engine.
    @discardableResult
    public func run(_ sql: String) throws -> [String] { try TestServer.run(sql, on: url) }

    /// Ends all connections to it, as an administrator does.
    public func terminateConnections() throws {
        try TestServer.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
    }
}
