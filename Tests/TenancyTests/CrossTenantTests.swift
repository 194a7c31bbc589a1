import Storage
import TestSupport
import Testing

@testable import Tenancy

/// What is found across tenants is found on every engine: row-level security shows nothing of a table that has no policy
/// for the scope, and says nothing either.
@Suite(.everyEngine) struct CrossTenantTests {
    @Test func aSendThatNobodyWaitsForIsFoundAndBecomesUnknown() async throws {
        let test = try await TestStore()
        let tenants = [try await test.tenant("A").id, try await test.tenant("B").id]
        var replies: [Reply] = []
        for tenant in tenants { replies.append(try await Correspondent(in: test, tenant: tenant).reply) }
        let stuck = replies[0]
        try await test.store.write(tenants[0]) { rows in
            try rows.move(stuck.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now)
            try rows.beginSending(try #require(stuck.parts.first).id, now: test.now)
        }
        #expect(try await test.store.readGlobal(.shardLoad) { try $0.tenantsWithSends() } == [tenants[0]])
        let later = test.now.adding(seconds: 300)
        // One that has only just begun is left alone.
        for (before, state) in [(test.now, Reply.State.sending), (later, .unknown)] {
            try await test.store.write(tenants[0]) { try $0.rescueSends(before: before, now: later, readAt: later) }
            #expect(try await test.store.read(tenants[0]) { try $0.reply(stuck.id) }?.state == state)
        }
        #expect(try await test.store.readGlobal(.shardLoad) { try $0.tenantsWithSends() }.isEmpty)
    }
}
