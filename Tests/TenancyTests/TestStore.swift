import Cryptography
import Foundation
import Storage
import Testing

@testable import Tenancy

/// A store over a fresh SQLite file in a directory of its own, which goes when the test is over.
final class TestStore: Sendable {
    let directory: URL
    let engine: SQLiteEngine
    let store: TenancyStore
    let now = Timestamp(milliseconds: 1_750_000_000_000)
    static let flow = Flow(rawValue: "instagram_login")
    static let oldKey = SealingKey.generate().key

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "clariva-tenancy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        engine = try SQLiteEngine(path: directory.appending(path: "test.db").path, exclusive: false)
        store = TenancyStore(engine: engine, keyRing: try #require(KeyRing([("old", Self.oldKey)])))
        try await Migrator(engine).migrate(now: now.milliseconds)
        try await store.bootstrap(now: now)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

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
        try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .reduce(into: Data()) { $0.append(try Data(contentsOf: $1)) }
    }
}
