import Foundation
import Storage

/// A fresh PostgreSQL database as an installation has it: roles by `deploy/postgres/roles.sql`, the schema made by
/// `clariva_owner`, opened as `clariva_app` with row-level security in force. It goes with its last reference.
///
/// Each is a copy of one that is made once, so that a test of its own costs a copy and no migration.
public final class ServiceDatabase: Sendable {
    private let database: ServerDatabase
    /// For the service: as `clariva_app`.
    public let url: String
    /// For `clariva migrate`: as `clariva_owner`.
    public let ownerURL: String

    /// - Parameter isMigrated: `false` for roles and rights without any table.
    public init(isMigrated: Bool = true) async throws {
        let roles = try await Self.template.value
        database = try await ServerDatabase(template: isMigrated ? roles.database : "template0")
        if !isMigrated { try TestServer.run(file: Self.roles, on: database.url) }
        url = try TestServer.url(ofDatabase: database.name, as: ("clariva_app", roles.password))
        ownerURL = try TestServer.url(ofDatabase: database.name, as: ("clariva_owner", roles.password))
    }

    /// Opens it as the service does; a second engine stands for a second process.
    public func engine(_ change: (inout PostgresConfiguration) -> Void = { _ in }) throws -> PostgresEngine {
        var configuration = try PostgresConfiguration(url: url)
        configuration.maxConnections = 4
        configuration.idleInTransactionTimeout = .seconds(60)
        change(&configuration)
        return PostgresEngine(configuration)
    }

    /// Opens it as the owner of its tables.
    public func ownerEngine() throws -> PostgresEngine { PostgresEngine(try PostgresConfiguration(url: ownerURL)) }

    /// Opens it as a superuser, whom no policy holds.
    public func superuserEngine() throws -> PostgresEngine { try database.engine { $0.maxConnections = 2 } }

    /// Runs SQL as a superuser, whom no policy holds.
    @discardableResult
    public func run(_ sql: String) throws -> [String] { try database.run(sql) }

    /// Runs SQL as the service's role, in a session that has said nothing of whose rows it is about.
    @discardableResult
    public func runAsService(_ sql: String) throws -> [String] { try TestServer.run(sql, on: url) }

    /// The same for several statements, going on where one fails.
    /// - Returns: the rows of those that succeed, a line each.
    public func runEachAsService(_ statements: [String]) throws -> [String] {
        try TestServer.runEach(statements, on: url)
    }

    /// Runs `deploy/postgres/roles.sql` once more.
    public func runRoles() throws { try TestServer.run(file: Self.roles, on: database.url) }

    /// `deploy/postgres/roles.sql`.
    public static let roles = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/postgres/roles.sql").standardizedFileURL

    private struct Template: Sendable {
        var database: String
        var password: String
    }

    private static let template = Task { () throws -> Template in
        // Roles belong to the server: one password for all the databases of a run.
        let made = Template(
            database: "clariva_template_" + UUID().uuidString.lowercased().prefix(8),
            password: UUID().uuidString.lowercased())
        try TestServer.run("CREATE DATABASE \(made.database) TEMPLATE template0")
        try TestServer.run(file: roles, on: try TestServer.url(ofDatabase: made.database))
        for role in ["clariva_owner", "clariva_app"] {
            try TestServer.run("ALTER ROLE \(role) PASSWORD '\(made.password)'")
        }
        let owner = PostgresEngine(
            try PostgresConfiguration(
                url: try TestServer.url(ofDatabase: made.database, as: ("clariva_owner", made.password))))
        try await Migrator(owner).migrate(now: 1_750_000_000_000)
        await owner.close()
        try TestServer.run("ALTER DATABASE \(made.database) ALLOW_CONNECTIONS false")
        return made
    }
}
