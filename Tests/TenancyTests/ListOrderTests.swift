import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// Lists in ascending order, where several write at the same time: only PostgreSQL lets them.
@Suite(.enabled(if: TestServer.url != nil), .hangLimit) struct ListOrderTests {
    /// Whoever pages by the last id would miss a smaller one that is committed later.
    @Test func nobodyIsSeenBeforeWhoHasTheSmallerID() async throws {
        let test = try await TestStore(on: .postgres)
        let store = test.store
        let now = test.now
        let early = Mutex<TenantID?>(nil)
        let isThrough = Mutex(false)
        let gate = DispatchSemaphore(value: 0)
        let first = Task {
            try await store.writeGlobal { rows in
                try rows.enterLists()
                let id = try rows.nextTenantID(now: now) { store.makeID(now: $0) }
                early.withLock { $0 = id }
                gate.wait()
                let tenant = Tenant(
                    id: id, name: "early", flow: TestStore.flow, timezone: "UTC", locale: "en",
                    replyRules: ReplyRules(rules: []), createdAt: now, updatedAt: now)
                _ = try rows.insertTenant(tenant, key: try store.makeWrappedKey(for: id))
            }
        }
        while early.withLock({ $0 == nil }) { await Task.yield() }
        let id = try #require(early.withLock { $0 })
        let second = Task {
            defer { isThrough.withLock { $0 = true } }
            let late = try await store.createTenant(name: "late", flow: TestStore.flow, now: now)
            return (late: late.id, sawEarly: try await store.tenant(id) != nil)
        }
        // It waits for the first one, or, were there nothing to wait for, is through.
        let waiting = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        while !isThrough.withLock({ $0 }), try test.server().run(waiting) == ["0"] { await Task.yield() }
        gate.signal()
        try await first.value
        let seen = try await second.value
        #expect(seen.sawEarly)
        #expect(id < seen.late)
    }
}
