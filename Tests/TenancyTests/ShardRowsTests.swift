import Storage
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct ShardRowsTests {
    @Test func aLeaseIsRenewedAndEndsByTheDatabasesClock() async throws {
        let test = try await TestStore()
        let (one, other) = (worker(in: test), worker(in: test))
        let alone = try await test.store.writeGlobal { try $0.renewLease(of: one, lease: 60_000) }
        #expect(alone.workers == [one])
        #expect(alone.shards == Shard.all.map { ShardRow(shard: $0, owner: nil, epoch: 0) })
        // A lease that is over already: seen by nobody.
        let both = try await test.store.writeGlobal { rows in
            _ = try rows.renewLease(of: other, lease: -1)
            return try rows.renewLease(of: one, lease: 60_000)
        }
        #expect(both.workers == [one])
        let again = try await test.store.writeGlobal { try $0.renewLease(of: other, lease: 60_000) }
        #expect(again.workers == [one, other])
        try await test.store.writeGlobal { try $0.endLease(of: one) }
        #expect(try await test.store.writeGlobal { try $0.renewLease(of: other, lease: 1_000) }.workers == [other])
    }

    @Test func aShardGoesToWhoeverHasReadItsEpoch() async throws {
        let test = try await TestStore()
        let (one, other) = (try await leased(in: test), try await leased(in: test))
        let free = ShardRow(shard: Shard(3), owner: nil, epoch: 0)
        // Only a worker whose lease lasts takes anything.
        #expect(try await test.store.writeGlobal { try $0.take(free, for: worker(in: test)) } == nil)
        #expect(try await test.store.writeGlobal { try $0.take(free, for: one) } == 1)
        #expect(try await test.store.writeGlobal { try $0.take(free, for: other) } == nil)
        let taken = try await test.store.readGlobal { try $0.shards() }[3]
        #expect(taken == ShardRow(shard: Shard(3), owner: one, epoch: 1))
        // And from nobody whose lease lasts.
        #expect(try await test.store.writeGlobal { try $0.take(taken, for: other) } == nil)
        _ = try await test.store.writeGlobal { try $0.renewLease(of: one, lease: -1) }
        #expect(try await test.store.writeGlobal { try $0.take(taken, for: other) } == 2)
        let given = ShardRow(shard: Shard(3), owner: other, epoch: 2)
        try await test.store.writeGlobal { try $0.free(given) }
        #expect(
            try await test.store.readGlobal { try $0.shards() }[3] == ShardRow(shard: Shard(3), owner: nil, epoch: 3))
    }

    @Test func whatIsWrittenUnderAnOldEpochTouchesNothing() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let shard = Shard(of: one.tenant)
        let owner = try await leased(in: test)
        let free = ShardRow(shard: shard, owner: nil, epoch: 0)
        let epoch = try #require(try await test.store.writeGlobal { try $0.take(free, for: owner) })
        let hold = TenantHold(one.tenant, epoch: epoch)
        func send(_ hold: TenantHold) async throws {
            try await test.store.write(hold) { rows in
                try rows.move(one.reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now)
            }
        }
        try await test.store.writeGlobal { rows in
            try rows.free(ShardRow(shard: shard, owner: owner, epoch: epoch))
        }
        await #expect(throws: ShardLost(shard: shard)) { try await send(hold) }
        #expect(try await test.store.read(one.tenant) { try $0.reply(one.reply.id) }?.state == .queued)
        try await send(TenantHold(one.tenant, epoch: epoch + 1))
        #expect(try await test.store.read(one.tenant) { try $0.reply(one.reply.id) }?.state == .sending)
    }

    @Test func routesHaveARevisionThatEveryChangeRaises() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        func revision() async throws -> Int64 { try await test.store.readGlobal { try $0.routesRevision() } }
        let first = try await revision()
        try await test.store.writeGlobal { try $0.claim(account: "178", aliases: [], for: tenant, now: test.now) }
        let second = try await revision()
        #expect(second > first)
        try await test.store.writeGlobal { _ = try $0.releaseClaims(of: tenant, accounts: ["178"]) }
        #expect(try await revision() > second)
    }

    @Test func tenantsSpreadOverTheShards() async throws {
        let source = IdentifierSource()
        let made = (0..<32_000).map { _ in Shard(of: TenantID(source.make(now: 1_750_000_000_000))).number }
        let counts = Dictionary(grouping: made, by: { $0 }).mapValues(\.count)
        #expect(counts.count == Shard.count && counts.values.allSatisfy { (700...1_300).contains($0) })
    }

    private func leased(in test: TestStore) async throws -> Identifier {
        let worker = worker(in: test)
        _ = try await test.store.writeGlobal { try $0.renewLease(of: worker, lease: 60_000) }
        return worker
    }

    private func worker(in test: TestStore) -> Identifier { test.store.makeID(now: test.now, of: Tenant.self).raw }
}

/// What only two connections at once can show.
@Suite(.enabled(if: TestServer.url != nil)) struct ShardHoldTests {
    /// The owner's transaction holds the shard's row: a takeover waits for its end, and nothing of it lands afterwards.
    @Test func aTakeoverWaitsForTheTransactionThatHoldsTheShard() async throws {
        let test = try await TestStore(on: .postgres)
        let tenant = try await test.tenant().id
        let shard = Shard(of: tenant)
        let owner = test.store.makeID(now: test.now, of: Tenant.self).raw
        try await test.store.writeGlobal { rows in
            _ = try rows.renewLease(of: owner, lease: 60_000)
            _ = try rows.take(ShardRow(shard: shard, owner: nil, epoch: 0), for: owner)
        }
        let takeover = Mutex<Task<Void, any Error>?>(nil)
        try await test.store.write(TenantHold(tenant, epoch: 1)) { rows in
            let task = Task {
                try await test.store.writeGlobal { rows in
                    try rows.free(ShardRow(shard: shard, owner: owner, epoch: 1))
                }
            }
            takeover.withLock { $0 = task }
            // Until the other waits for this very transaction.
            var blocked = false
            while !blocked {
                blocked =
                    try rows.transaction.first(
                        """
                        SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
                        """, []) != nil
            }
        }
        try await takeover.withLock { $0 }?.value
        #expect(try await test.store.readGlobal { try $0.shards() }[shard.number].epoch == 2)
    }
}
