import Storage
import TestSupport
import Testing

@testable import Tenancy

/// The chain in the database.
@Suite(.everyEngine, .hangLimit) struct AuditRowsTests {
    private struct Stopped: Error {}

    /// A tenant with that many entries, its own creation the first.
    private func tenant(_ test: TestStore, entries count: Int) async throws -> TenantID {
        let tenant = try await test.tenant().id
        for number in 1..<max(count, 1) { try await note(test.store, tenant, number, at: test.now) }
        return tenant
    }

    private func note(_ store: TenancyStore, _ tenant: TenantID, _ number: Int, at moment: Timestamp) async throws {
        let author = AuditAuthor(.command(user: "anna"), requestID: "request-\(number)")
        let detail: [String: AuditValue] = ["count": .count(number), "fields": .words(["name", "ö\"\\"])]
        try await store.write(tenant) { rows in
            try rows.audit(AuditNote(.tenantChange, detail: detail), by: author, now: moment)
        }
    }

    private func list(_ test: TestStore, _ tenant: TenantID) async throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.tenantID = tenant
        return try await test.store.auditEntries(filter, limit: 500).items
    }

    /// As somebody whom neither the program nor a policy holds.
    private func tamper(
        _ test: TestStore, _ body: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws {
        guard test.engine.dialect == .postgres else { return try await test.engine.write(.global, body) }
        let engine = try test.server().superuserEngine()
        try await engine.write(.global, body)
        await engine.close()
    }

    private func tamper(_ test: TestStore, _ statements: String...) async throws {
        try await tamper(test) { for statement in statements { try $0.execute(statement, []) } }
    }

    private func expect(
        _ kind: AuditBreak.Kind, _ sequence: Int64, _ test: TestStore, _ tenant: TenantID,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        for page in [2, 500] {
            await #expect(throws: AuditBreak(kind: kind, sequence: sequence), sourceLocation: sourceLocation) {
                try await test.store.verifyAudit(of: tenant, page: page)
            }
        }
    }

    @Test func entriesTellWhatWasSaidAndFollowEachOther() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 3)
        let other = try await self.tenant(test, entries: 2)
        let entries = try await list(test, tenant)
        #expect(entries.map(\.sequence) == [3, 2, 1])
        #expect(entries[2].action == "tenant.create" && entries[2].actor == "service" && entries[2].actorID == nil)
        #expect(entries[0].actor == "command" && entries[0].actorID == "anna" && entries[0].at == test.now)
        #expect(entries[0].requestID == "request-2" && entries[0].target == "tenant" && entries[0].targetID == nil)
        #expect(try entries[0].details() == ["count": .count(2), "fields": .words(["name", "ö\"\\"])])
        #expect(entries[2].previous == AuditChain.genesis && entries[1].previous == entries[2].hash)
        let verdict = try await test.store.verifyAudit(of: tenant)
        #expect(verdict == AuditVerdict(kept: 3, count: 3, head: entries[0].hash))
        #expect(try await test.store.verifyAudit(of: other, page: 1).count == 2)
        #expect(try await test.store.verifyAudit(of: .system).count == 0)
        await #expect(throws: KeyError.noTenant) {
            try await test.store.verifyAudit(of: test.store.makeID(now: test.now))
        }
    }

    @Test func whatDoesNotHappenIsNotNoted() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 1)
        await #expect(throws: Stopped.self) {
            try await test.store.write(tenant) { rows in
                try rows.audit(AuditNote(.tenantChange), by: .service, now: test.now)
                throw Stopped()
            }
        }
        await #expect(throws: TenantError.changed(revision: 1)) {
            try await test.store.updateTenant(
                tenant, expectedRevision: 9, noting: AuditNote(.tenantChange), by: .service, now: test.now
            ) { $0.name = "lost" }
        }
        #expect(try await test.store.verifyAudit(of: tenant).count == 1)
    }

    /// Two processes on PostgreSQL; on SQLite there is one.
    @Test func whoeverWritesAtTheSameTimeWritesOneChain() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 1)
        let engine = test.engine.dialect == .postgres ? try test.server().engine() : test.engine
        let second = TenancyStore(engine: engine, keyRing: test.store.keyRing)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                for store in [test.store, second] {
                    group.addTask { try await note(store, tenant, number, at: test.now) }
                }
                // By way of the global tables as well.
                group.addTask {
                    _ = try await ConnectLinks(second).create(
                        tenant: tenant, flow: TestStore.flow, purpose: .connect, now: test.now)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await test.store.verifyAudit(of: tenant, page: 7).count == 61)
        #expect(Set(try await list(test, tenant).map(\.sequence)) == Set(1...61))
        if test.engine.dialect == .postgres { await engine.close() }
    }

    // MARK: What somebody does to it

    @Test func aChangedEntryIsFound() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 5)
        try await tamper(test, "UPDATE audit_log SET actor_id = 'berta' WHERE sequence = 3")
        await expect(.changed, 3, test, tenant)
    }

    @Test func anEntryThatWasMadeAnewIsFound() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 5)
        for (sequence, kind, at) in [(5, AuditBreak.Kind.otherHead, 5), (3, .unlinked, 4)] {
            var entry = try #require(try await list(test, tenant).first { $0.sequence == sequence })
            entry.actorID = "berta"
            let hash = AuditChain.hash(of: entry)
            try await tamper(test) {
                try $0.execute(
                    "UPDATE audit_log SET actor_id = 'berta', hash = ?2 WHERE sequence = ?1",
                    [.count(sequence), .blob(hash)])
            }
            await expect(kind, Int64(at), test, tenant)
        }
    }

    @Test(arguments: [(1, AuditBreak.Kind.missing), (3, .missing), (5, .truncated)])
    func aDeletedEntryIsMissed(_ sequence: Int, _ kind: AuditBreak.Kind) async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 5)
        try await tamper(test, "DELETE FROM audit_log WHERE sequence = \(sequence)")
        await expect(kind, Int64(sequence), test, tenant)
    }

    @Test func anEmptiedLogIsMissed() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 3)
        try await tamper(test, "DELETE FROM audit_log")
        await expect(.truncated, 3, test, tenant)
    }

    @Test func entriesThatChangedPlacesAreFound() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 5)
        try await tamper(
            test, "UPDATE audit_log SET sequence = -2 WHERE sequence = 2",
            "UPDATE audit_log SET sequence = 2 WHERE sequence = 3",
            "UPDATE audit_log SET sequence = 3 WHERE sequence = -2")
        await expect(.changed, 2, test, tenant)
    }

    @Test(arguments: [0, 6])
    func anInsertedEntryIsFound(_ sequence: Int) async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 5)
        let id = test.engine.dialect == .postgres ? "gen_random_uuid()" : "randomblob(16)"
        try await tamper(
            test,
            """
            INSERT INTO audit_log
            SELECT tenant_id, \(id), \(sequence), at, actor, actor_id, action, target, target_id, detail, request_id,
                previous, hash
            FROM audit_log WHERE sequence = 3
            """)
        // At the end it is no entry of the chain; before the beginning there is none at all.
        await expect(sequence == 0 ? .unexpected : .changed, Int64(sequence), test, tenant)
    }

    // MARK: Age

    private func age(_ test: TestStore, _ tenant: TenantID, before moment: Timestamp) async throws -> [RetentionBatch] {
        let limits = RetentionLimits(payloads: nil, events: nil, messages: nil, audit: moment, parked: test.now)
        var batches: [RetentionBatch] = []
        var position: RetentionPosition? = RetentionPosition()
        while let from = position {
            let batch = try await test.store.write(tenant) { rows in
                try rows.age(from: from, limits: limits, page: 3, now: test.now)
            }
            batches.append(batch)
            position = batch.next
        }
        return batches
    }

    @Test func theOldestEntriesGoInSmallBatchesAndTheRestHolds() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 8)
        let other = try await self.tenant(test, entries: 2)
        let later = test.now.adding(seconds: 60)
        for number in 1...4 { try await note(test.store, tenant, number, at: later) }
        #expect(try await age(test, tenant, before: test.now).allSatisfy { $0.counts.isEmpty })
        let batches = try await age(test, tenant, before: later)
        #expect(batches.map { $0.counts[.audit] } == [3, 3, 2])
        #expect(batches.allSatisfy { $0.auditBreak == nil })
        #expect(try await list(test, tenant).map(\.sequence) == [12, 11, 10, 9])
        let verdict = try await test.store.verifyAudit(of: tenant)
        #expect(verdict.kept == 4 && verdict.count == 12)
        // What is deleted beyond age is still missed.
        try await tamper(test, "DELETE FROM audit_log WHERE sequence = 9")
        await expect(.missing, 9, test, tenant)
        #expect(try await test.store.verifyAudit(of: other).kept == 2)
    }

    @Test func aLogThatIsAllTooOldGoesOnFromWhereItWas() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 4)
        _ = try await age(test, tenant, before: test.now.adding(seconds: 1))
        let empty = try await test.store.verifyAudit(of: tenant)
        #expect(empty.kept == 0 && empty.count == 4)
        try await note(test.store, tenant, 9, at: test.now)
        let verdict = try await test.store.verifyAudit(of: tenant)
        #expect(verdict.kept == 1 && verdict.count == 5 && verdict.head != empty.head)
        #expect(try await list(test, tenant).first?.previous == empty.head)
    }

    /// Whoever deletes an entry must not only have to wait.
    @Test func ageDoesNotMendABrokenChain() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 8)
        try await tamper(test, "DELETE FROM audit_log WHERE sequence = 5")
        let batches = try await age(test, tenant, before: test.now.adding(seconds: 1))
        #expect(batches.last?.auditBreak == AuditBreak(kind: .missing, sequence: 5))
        #expect(try await list(test, tenant).map(\.sequence) == [8, 7, 6])
        await expect(.missing, 5, test, tenant)
    }

    /// A log that is aged while it is walked: pages that are gone were looked at, or went by age.
    @Test func aWalkGoesOnBehindWhatAgeTakesMeanwhile() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 30)
        async let walked = test.store.verifyAudit(of: tenant, page: 1)
        _ = try await age(test, tenant, before: test.now.adding(seconds: 1))
        let verdict = try await walked
        #expect(verdict.count == 30)
    }

    // MARK: Lists

    @Test func aFilterNarrowsAndPagesFollowEachOther() async throws {
        let test = try await TestStore()
        let tenant = try await tenant(test, entries: 3)
        _ = try await self.tenant(test, entries: 2)
        try await note(test.store, tenant, 5, at: test.now.adding(seconds: 60))
        let late = test.now.adding(seconds: 60)
        let filters: [(expected: Int, change: (inout AuditFilter) -> Void)] = [
            (6, { _ in }), (4, { $0.tenantID = tenant }), (2, { $0.actor = "service" }),
            (4, { $0.actorID = "anna" }), (2, { $0.action = "tenant.create" }), (0, { $0.target = "reply" }),
            (0, { $0.targetID = "x" }), (1, { $0.after = late }), (5, { $0.before = late }),
        ]
        for (expected, change) in filters {
            var filter = AuditFilter()
            change(&filter)
            let found = try await test.store.auditEntries(filter, limit: 50).items
            #expect(found.count == expected, "\(filter)")
        }
        var seen: [AuditEntryID] = []
        var cursor: Identifier?
        repeat {
            let page = try await test.store.auditEntries(AuditFilter(), before: cursor, limit: 4)
            seen += page.items.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(seen.count == 6 && seen == seen.sorted().reversed())
    }
}
