import Storage
import Synchronization
import Tenancy
import Testing

@testable import Gateway

@Suite("Shards in memory")
struct ShardTableTests {
    private let tenant = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0005))
    private let shard = Shard(5)
    private let far = ContinuousClock.now + .seconds(3_600)

    @Test("A process that is alone on its database works for everybody")
    func alone() async {
        let table = ShardTable(isShared: false)
        #expect(table.hold(of: tenant) == TenantHold(tenant, epoch: nil))
        #expect(table.isHeld(TenantHold(tenant, epoch: nil)))
    }

    @Test("Work is begun only for shards that are owned, while the lease lasts")
    func owned() {
        let table = ShardTable(isShared: true)
        #expect(table.hold(of: tenant) == nil)
        table.add(shard, epoch: 7)
        // No lease yet.
        #expect(table.hold(of: tenant) == nil)
        table.renewed(until: far, [shard: 7])
        #expect(table.hold(of: tenant) == TenantHold(tenant, epoch: 7))
        #expect(table.hold(of: TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0006))) == nil)
        table.renewed(until: .now - .milliseconds(1), [shard: 7])
        #expect(table.hold(of: tenant) == nil && !table.isHeld(TenantHold(tenant, epoch: 7)))
    }

    @Test("An older epoch holds nothing, also where the shard has come back")
    func olderEpoch() {
        let table = ShardTable(isShared: true)
        table.add(shard, epoch: 7)
        // The renewal finds that the shard has been away: it does not come back with the lease.
        table.renewed(until: far, [shard: 9])
        #expect(table.hold(of: tenant) == nil && !table.isHeld(TenantHold(tenant, epoch: 7)))
        #expect(table.unused([shard: 9]) == [shard: 9])
        table.add(shard, epoch: 9)
        #expect(!table.isHeld(TenantHold(tenant, epoch: 7)) && table.isHeld(TenantHold(tenant, epoch: 9)))
        #expect(table.unused([shard: 9]).isEmpty)
        // A refused transaction tells it too, unless the epoch is another by now.
        table.lost(TenantHold(tenant, epoch: 7))
        #expect(table.isHeld(TenantHold(tenant, epoch: 9)))
        table.lost(TenantHold(tenant, epoch: 9))
        #expect(!table.isHeld(TenantHold(tenant, epoch: 9)))
    }

    @Test("A shard is given away when nothing of it runs any more")
    func leaving() async throws {
        let table = ShardTable(isShared: true)
        table.renewed(until: far, [:])
        table.add(shard, epoch: 7)
        let hold = try #require(table.hold(of: tenant))
        await table.run(hold) {
            table.leave([shard])
            #expect(table.hold(of: tenant) == nil, "nothing new is begun")
            #expect(table.isHeld(hold), "what was begun goes on")
            #expect(table.left().isEmpty)
        }
        #expect(table.left() == [shard])
        table.remove(shard)
        #expect(!table.isHeld(hold) && table.left().isEmpty)
    }

    @Test("Shares are fair and leave nothing over", arguments: 1...40)
    func shares(count: Int) {
        let source = IdentifierSource()
        let workers = (0..<count).map { _ in source.make(now: 1_750_000_000_000) }
        let shares = workers.map { ShardKeeper.share(of: $0, among: workers) }
        #expect(shares.reduce(0, +) == Shard.count)
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
        #expect(ShardKeeper.share(of: source.make(now: 1_750_000_000_001), among: workers) == 0)
    }
}
