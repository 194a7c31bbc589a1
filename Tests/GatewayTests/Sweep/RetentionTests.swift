import Cryptography
import Foundation
import Logging
import Storage
import Tenancy
import Testing

@testable import Gateway

/// Slices of retention over a real store. What age takes of one tenant is told by the tests of Tenancy.
@Suite struct RetentionTests {
    /// Tenants with old, decided events, and a clock far behind them.
    private final class World: Sendable {
        let store: TenancyStore
        let registry = PrometheusRegistry(descriptions: GatewayMetrics.descriptions)
        let retention: Retention
        let begin = Timestamp(milliseconds: 1_750_000_000_000)
        let log = CapturedLog()
        static let page = 10
        static let batches = 4
        private let directory: URL

        init(_ change: (inout GatewayConfiguration.Retention) -> Void = { _ in }) async throws {
            directory = FileManager.default.temporaryDirectory.appending(path: "clariva-retention-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let engine = try SQLiteEngine(path: directory.appending(path: "test.db").path, exclusive: false)
            try await Migrator(engine).migrate(now: begin.milliseconds)
            store = TenancyStore(engine: engine, keyRing: try #require(KeyRing([("k", SealingKey.generate().key)])))
            try await store.bootstrap(now: begin)
            var ages = GatewayConfiguration.Retention()
            change(&ages)
            retention = Retention(
                ages: ages, messagingWindow: 86_400, metrics: GatewayMetrics(registry), logger: log.logger,
                page: Self.page, batchesPerSlice: Self.batches)
        }

        deinit {
            try? FileManager.default.removeItem(at: directory)
        }

        /// A tenant with that many decided events.
        func tenant(events count: Int) async throws -> TenantID {
            let tenant = try await store.createTenant(name: "a", flow: Flow(rawValue: "instagram_login"), now: begin).id
            let keys = try await store.keys(of: tenant)
            let events = try (0..<count).map { index in
                try NewEvent(
                    id: store.makeID(now: begin), tenantID: tenant, keys: keys, receivedAt: begin, app: "instagram",
                    object: "instagram", accountID: "1", container: "messaging", siblings: 1,
                    bytes: Array("\(index)".utf8))
            }
            try await store.writeGlobal(.ingest) { try $0.append(events) }
            try await store.write(tenant) { rows in
                for event in events { try rows.settle(event.id, EventVerdict(.done, .recorded), now: self.begin) }
            }
            return tenant
        }

        func slice(
            after days: Int, stepsBack: () -> Bool = { false }, tenants: [TenantID]? = nil,
            write: Retention.Write? = nil
        ) async throws {
            let store = store
            try await retention.slice(
                now: begin.adding(seconds: days * 86_400), stepsBack: stepsBack,
                tenants: {
                    if let tenants { return tenants }
                    return try await store.tenantIDs()
                },
                write: write ?? { tenant, body in try await store.write(tenant, body) })
        }

        func events(of tenant: TenantID) async throws -> Int {
            var filter = EventFilter()
            filter.tenantID = tenant
            return try await store.events(filter, limit: 100_000).items.count
        }
    }

    @Test func aSliceTakesEveryTenantInTurnAndCountsWhatItDeletes() async throws {
        let world = try await World()
        let tenants = [try await world.tenant(events: 3), try await world.tenant(events: 2)]
        try await world.slice(after: 31)
        #expect(world.registry.exposition().contains(#"clariva_retention_deleted_total{what="payload"} 5"#))
        try await world.slice(after: 91)
        for tenant in tenants { #expect(try await world.events(of: tenant) == 0) }
        #expect(world.registry.exposition().contains(#"clariva_retention_deleted_total{what="event"} 5"#))
    }

    @Test func aSliceEndsAndTheNextOneGoesOn() async throws {
        let world = try await World()
        let tenant = try await world.tenant(events: World.page * World.batches + 5)
        try await world.slice(after: 91, tenants: [tenant])
        #expect(try await world.events(of: tenant) == 5)
        // Nobody is asked whose turn it is before the round is over.
        try await world.slice(after: 91, tenants: [])
        #expect(try await world.events(of: tenant) == 0)
    }

    @Test func inAFloodNothingIsDone() async throws {
        let world = try await World()
        let tenant = try await world.tenant(events: 3)
        try await world.slice(after: 91, stepsBack: { true })
        #expect(try await world.events(of: tenant) == 3)
        try await world.slice(after: 91)
        #expect(try await world.events(of: tenant) == 0)
    }

    @Test func onlyTheTenantsOfThisProcessAreAged() async throws {
        let world = try await World()
        let (mine, foreign) = (try await world.tenant(events: 1), try await world.tenant(events: 1))
        try await world.slice(after: 91, tenants: [mine])
        #expect(try await world.events(of: mine) == 0)
        #expect(try await world.events(of: foreign) == 1)
    }

    /// A shard may go to another worker in the middle of a round.
    @Test func aTenantThatWasTakenAwayIsLeftToItsOwner() async throws {
        let world = try await World()
        let (lost, mine) = (try await world.tenant(events: 1), try await world.tenant(events: 1))
        let store = world.store
        try await world.slice(
            after: 91,
            write: { tenant, body in
                if tenant == lost { throw ShardLost(shard: Shard(of: tenant)) }
                return try await store.write(tenant, body)
            })
        #expect(try await world.events(of: lost) == 1)
        #expect(try await world.events(of: mine) == 0)
    }

    @Test func aTenantWhoseRowsCannotBeAgedDoesNotStopTheOthers() async throws {
        let world = try await World()
        let (odd, good) = (try await world.tenant(events: 1), try await world.tenant(events: 1))
        let store = world.store
        try await world.slice(
            after: 91,
            write: { tenant, body in
                if tenant == odd { throw StorageError(.constraint, "odd") }
                return try await store.write(tenant, body)
            })
        #expect(try await world.events(of: odd) == 1)
        #expect(try await world.events(of: good) == 0)
    }

    /// A database that is gone for a moment: the round goes on where it was.
    @Test func aFailureOfTheDatabaseEndsTheSliceAndNotTheRound() async throws {
        let world = try await World()
        let tenant = try await world.tenant(events: 1)
        await #expect(throws: StorageError.self) {
            try await world.slice(after: 91, write: { _, _ in throw StorageError(.unavailable, "gone") })
        }
        try await world.slice(after: 91)
        #expect(try await world.events(of: tenant) == 0)
    }

    @Test func theAuditLogHasAnAgeOfItsOwn() async throws {
        let world = try await World { $0.auditDays = 10 }
        let tenant = try await world.tenant(events: 0)
        try await world.slice(after: 9)
        #expect(try await world.store.verifyAudit(of: tenant).kept == 1)
        try await world.slice(after: 11)
        let verdict = try await world.store.verifyAudit(of: tenant)
        #expect(verdict.kept == 0 && verdict.count == 1)
        #expect(world.registry.exposition().contains(#"clariva_retention_deleted_total{what="audit"} 1"#))
        #expect(!world.log.text.contains("audit"))
    }

    /// Deleting is not what age does there: somebody has, and is to be found out.
    @Test func anAuditLogThatDoesNotHoldIsToldAndKept() async throws {
        let world = try await World { $0.auditDays = 10 }
        let tenant = try await world.tenant(events: 1)
        _ = try await ConnectLinks(world.store).create(
            tenant: tenant, flow: Flow(rawValue: "instagram_login"), purpose: .connect, now: world.begin)
        _ = try await world.store.engine.write(.global) {
            try $0.execute("DELETE FROM audit_log WHERE sequence = 1", [])
        }
        try await world.slice(after: 91)
        #expect(world.log.text.contains("audit log does not hold"))
        #expect(world.log.text.contains("entry 1 is missing"))
        #expect(try await world.store.auditEntries(AuditFilter(), limit: 9).items.map(\.sequence) == [2])
        // Everything else ages as it does anywhere.
        #expect(try await world.events(of: tenant) == 0)
    }

    @Test func whatHasNoAgeIsKept() async throws {
        let limits = GatewayConfiguration.Retention().limits(
            now: Timestamp(milliseconds: 1_750_000_000_000), messagingWindow: 86_400)
        #expect(limits.messages == nil)
        #expect(limits.payloads == Timestamp(milliseconds: 1_750_000_000_000 - 30 * 86_400_000))
        #expect(limits.audit == Timestamp(milliseconds: 1_750_000_000_000 - 2190 * 86_400_000))
        #expect(limits.events == Timestamp(milliseconds: 1_750_000_000_000 - 90 * 86_400_000))
        #expect(limits.parked == Timestamp(milliseconds: 1_750_000_000_000 - 86_400_000))
    }
}
