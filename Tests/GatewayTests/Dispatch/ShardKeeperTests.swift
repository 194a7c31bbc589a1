import Cryptography
import Logging
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Workers on one PostgreSQL database, step by step: each step is what their loops do every second.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit)
struct ShardKeeperTests {
    private struct Worker {
        let engine: PostgresEngine
        let store: TenancyStore
        let table = ShardTable(isShared: true)
        let keeper: ShardKeeper

        init(_ database: ServiceDatabase, _ keyRing: KeyRing) throws {
            engine = try database.engine()
            store = TenancyStore(engine: engine, keyRing: keyRing)
            keeper = ShardKeeper(
                store: store, table: table, clock: SystemClock(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onTaken: {})
        }

        func step() async throws {
            try await keeper.renew()
            try await keeper.balance()
        }

        func owned(by all: [TenantID]) -> Set<TenantID> { Set(all.filter { table.hold(of: $0) != nil }) }
    }

    /// One tenant in each shard; only their ids matter here.
    private let tenants = (0..<UInt64(Shard.count)).map {
        TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0000 + $0))
    }

    @Test func workersShareAndADeadOneIsReplaced() async throws {
        let database = try await ServiceDatabase()
        let keyRing = try #require(KeyRing([("key", SealingKey.generate().key)]))
        let (one, other) = (try Worker(database, keyRing), try Worker(database, keyRing))
        try await one.step()
        #expect(one.owned(by: tenants).count == Shard.count)

        // A second one comes: the first gives half away in its next step, the second takes it in the one after.
        try await other.step()
        #expect(other.owned(by: tenants).isEmpty)
        try await one.step()
        try await other.step()
        #expect(one.owned(by: tenants).count == Shard.count / 2)
        #expect(one.owned(by: tenants).isDisjoint(with: other.owned(by: tenants)))
        #expect(one.owned(by: tenants).union(other.owned(by: tenants)).count == Shard.count)

        // The first falls silent for longer than its lease: the second takes everything.
        let now = SystemClock().now
        var found: TenantHold?
        while found == nil {
            let tenant = try await one.store.createTenant(name: "Nord", flow: Flow(rawValue: "facebook_page"), now: now)
            found = one.table.hold(of: tenant.id)
        }
        let old = try #require(found)
        try database.run(
            "UPDATE workers SET lease_ends_at = 0 WHERE lease_ends_at = (SELECT min(lease_ends_at) FROM workers)")
        try await other.step()
        #expect(other.owned(by: tenants).count == Shard.count)

        // It wakes and, for a moment, still takes itself for the owner: its writes are refused whole.
        await #expect(throws: ShardLost.self) {
            try await one.store.write(old) { _ in }
        }
        try await one.step()
        #expect(!one.table.isHeld(old))
        // Then the load is spread again.
        try await other.step()
        try await one.step()
        #expect(one.owned(by: tenants).count == Shard.count / 2)
        await one.engine.close()
        await other.engine.close()
    }
}
