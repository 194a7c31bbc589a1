import Cryptography
import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// A store over a fresh database, which goes when the test is over: an SQLite file in a directory of its own, or a
/// database on the tests' PostgreSQL server, opened as the service's role.
final class TestStore: Sendable {
    let directory: URL?
    private let database: ServiceDatabase?
    let engine: any Engine
    let store: TenancyStore
    let now = Timestamp(milliseconds: 1_750_000_000_000)
    static let flow = Flow(rawValue: "instagram_login")
    static let oldKey = SealingKey.generate().key

    init(on kind: TestEngine = .current) async throws {
        switch kind {
        case .sqlite:
            let directory = FileManager.default.temporaryDirectory.appending(
                path: "clariva-tenancy-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            engine = try SQLiteEngine(path: directory.appending(path: "test.db").path, exclusive: false)
            (self.directory, database) = (directory, nil)
        case .postgres:
            let database = try await ServiceDatabase()
            engine = try database.engine()
            (directory, self.database) = (nil, database)
        }
        // What the tests say through `engine` themselves is not watched.
        store = TenancyStore(
            engine: WatchedEngine(engine), keyRing: try #require(KeyRing([("old", Self.oldKey)])), tellsOwners: true)
        try await Migrator(engine).prepareForService(now: now.milliseconds)
        try await store.bootstrap(now: now)
    }

    deinit {
        if let directory { try? FileManager.default.removeItem(at: directory) }
    }

    /// The database on the server; only on PostgreSQL.
    func server() throws -> ServiceDatabase { try #require(database) }

    func tenant(_ name: String = "Praxis Nord") async throws -> Tenant {
        try await store.createTenant(name: name, flow: Self.flow, timezone: "Europe/Berlin", locale: "de", now: now)
    }

    func connection(
        of tenant: TenantID, account: String = "17841400000000001", state: Connection.State = .active,
        change: (inout Connection) -> Void = { _ in }
    ) -> Connection {
        var connection = Connection(
            id: store.makeID(now: now), tenantID: tenant, flow: Self.flow, state: state, instagramPageID: account,
            aliases: ["9001"], appUserID: "9001", username: "praxis_nord_berlin", token: "IGAA-very-secret-token",
            tokenIssuedAt: now, tokenExpiresAt: now.adding(seconds: 5_184_000), scopes: ["a", "b"],
            subscribedFields: ["messages"], createdAt: now, updatedAt: now)
        change(&connection)
        return connection
    }

    /// Every byte that the database has written, the log of changes included.
    func bytesOnDisk() throws -> Data {
        try FileManager.default.contentsOfDirectory(at: try #require(directory), includingPropertiesForKeys: nil)
            .reduce(into: Data()) { $0.append(try Data(contentsOf: $1)) }
    }
}
