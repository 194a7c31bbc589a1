import Cryptography
import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Deleting a tenant: out of everybody's reach at once, unreadable soon, and gone at last.
@Suite(.everyEngine, .hangLimit) struct TenantDeletionTests {
    /// Does everything that the background does, without Meta.
    static func finish(_ erasure: Erasure, _ test: TestStore) async throws -> (Erasure, Timestamp) {
        let (store, hold) = (test.store, TenantHold(erasure.tenantID, epoch: nil))
        var now = test.now
        for _ in 0..<1000 {
            guard let (step, _) = try await store.deletionStep(erasure.id, of: erasure.tenantID) else { break }
            let progress: ErasureProgress
            switch step {
            case .unsubscribe:
                try await store.noteUnsubscribed(erasure.id, hold, retryAt: nil, now: now)
                progress = .goesOn
            case .destroy:
                try await store.destroyKey(erasure.id, hold, backupDays: 35, now: now)
                progress = .goesOn
            case .purge: progress = try await store.purge(erasure.id, hold, limit: 1, now: now)
            case .scrub: progress = try await store.finishDeletion(erasure.id, hold)
            }
            if case .done(let done) = progress { return (done, now) }
            if case .waits(let until) = progress { now = until }
        }
        throw StorageError(.other, "the deletion does not end")
    }

    private func world() async throws -> (world: ErasureWorld, connection: Connection) {
        let world = try await ErasureWorld()
        let (test, tenant) = (world.test, world.tenant)
        let connection = test.connection(of: tenant)
        try await test.store.write(tenant) { try $0.insertConnection(connection) }
        try await test.store.writeGlobal {
            try $0.claim(account: connection.instagramPageID, aliases: ["9001"], for: tenant, now: test.now)
        }
        _ = try await ConnectLinks(test.store).create(
            tenant: tenant, flow: TestStore.flow, purpose: .connect, now: test.now)
        try await test.store.setSwitches(Switches(), of: tenant, by: .service, now: test.now)
        return (world, connection)
    }

    @Test func fromThatMomentOnItIsNobodysTenant() async throws {
        let (world, connection) = try await world()
        let (test, tenant, store) = (world.test, world.tenant, world.test.store)
        let key = try await APIKeys(store).create(name: "k", scope: .tenant(tenant), now: test.now).text
        let link = try await ConnectLinks(store).create(
            tenant: tenant, flow: TestStore.flow, purpose: .connect, now: test.now)
        // Another process, which has its key in memory.
        let other = try world.freshStore()
        let keys = try await other.keys(of: tenant)
        let before = try await store.readGlobal { try $0.tenantsRevision() }
        other.forgetKeys(at: before)

        let erasure = try await store.deleteTenant(tenant, by: .service, now: test.now)
        #expect(erasure.kind == .tenant && erasure.state == .running)
        #expect(try await store.tenant(tenant) == nil)
        #expect(try await !store.tenants(limit: 10).map(\.id).contains(tenant))
        #expect(try await !store.tenantIDs().contains(tenant))
        #expect(try await store.tenantIDs(includingDeleted: true).contains(tenant))
        #expect(try await store.event(world.anna.event.id) == nil)
        await #expect(throws: KeyError.noTenant) { try await store.keys(of: tenant) }
        await #expect(throws: KeyError.noTenant) { try await store.read(tenant) { try $0.connections() } }
        await #expect(throws: TenantError.notFound) {
            try await store.deleteTenant(tenant, by: .service, now: test.now)
        }
        #expect(try await APIKeys(store).authenticate(key, now: test.now) == nil)
        #expect(try await ConnectLinks(store).find(link.token)?.isOpen(at: test.now) == false)
        // Its accounts are free.
        let heir = try await test.tenant("Nachfolge").id
        try await store.writeGlobal {
            try $0.claim(account: connection.instagramPageID, aliases: ["9001"], for: heir, now: test.now)
        }
        // Nothing of it is due.
        let later = test.now.adding(seconds: 86_400 * 30)
        let due = try await store.readGlobal(.shardLoad) { rows in
            (
                try rows.tenantsWithDueEvents(now: later, limit: 100).tenants,
                try rows.dueReplies(now: later, limit: 100).replies.map(\.tenantID),
                try rows.dueConnections(now: later, limit: 100).map(\.tenantID)
            )
        }
        #expect(!(due.0 + due.1 + due.2).contains(tenant))

        // The other process has not heard of it: it writes nothing with the key that it has,
        #expect(other.knownKeys(of: tenant) != nil)
        await #expect(throws: KeyError.noTenant) {
            try await other.write(tenant) { try $0.learnUsername("x", of: world.anna.conversation.patientID) }
        }
        await #expect(throws: KeyError.noTenant) {
            try await other.writeGlobal { _ = try $0.rows(of: tenant, keys: keys) }
        }
        await #expect(throws: KeyError.noTenant) {
            try await other.writeGlobal {
                try $0.audit(AuditNote(.tenantChange), of: tenant, by: .service, now: test.now)
            }
        }
        // stores no event,
        let event = try NewEvent(
            id: test.store.makeID(now: test.now), tenantID: tenant, keys: keys, receivedAt: test.now, app: "instagram",
            object: "instagram", accountID: Correspondent.account, container: "messaging", siblings: 1, bytes: [9])
        await #expect(throws: (any Error).self) { try await other.writeGlobal(.ingest) { try $0.append([event]) } }
        // and once it has looked, has no key of it.
        other.forgetKeys(at: try await other.readGlobal { try $0.tenantsRevision() })
        #expect(other.knownKeys(of: tenant) == nil)
        await #expect(throws: KeyError.noTenant) { try await other.keys(of: tenant) }
    }

    @Test func aKeyThatWasBeingReadMeanwhileIsNotKept() async throws {
        let cache = KeyCache()
        let tenant = TenantID(Identifier(high: 1, low: 1))
        let keys = try TenantKeys(tenant: tenant, secret: [UInt8](repeating: 1, count: TenantKeys.secretCount))
        let generation = cache.generation
        cache.forget()
        cache.add(keys, of: tenant, read: generation)
        #expect(cache.keys(of: tenant) == nil)
        cache.add(keys, of: tenant, read: cache.generation)
        cache.forget(at: 1)
        #expect(cache.keys(of: tenant) != nil)
        cache.forget(at: 1)
        #expect(cache.keys(of: tenant) != nil)
        cache.forget(at: 2)
        #expect(cache.keys(of: tenant) == nil)
    }

    @Test func theKeyGoesAndThenEveryRow() async throws {
        let (world, connection) = try await world()
        let (test, tenant, store) = (world.test, world.tenant, world.test.store)
        let before = try await test.dump(of: world.elsewhere.tenant)
        let patient = try await world.request()
        let erasure = try await store.deleteTenant(tenant, by: .service, now: test.now)
        // Its tokens are there as long as Meta has to be told.
        #expect(try await store.lastConnections(of: tenant).map(\.token) == [connection.token])
        #expect(try await store.deletionStep(erasure.id, of: tenant)?.step == .unsubscribe)
        let hold = world.hold
        try await store.noteUnsubscribed(
            erasure.id, hold, retryAt: test.now.adding(seconds: 10), now: test.now)
        #expect(try await store.deletionStep(erasure.id, of: tenant)?.attempts == 1)
        try await store.noteUnsubscribed(erasure.id, hold, retryAt: nil, now: test.now)
        #expect(try await store.destroyKey(erasure.id, hold, backupDays: 35, now: test.now))
        #expect(try await !store.destroyKey(erasure.id, hold, backupDays: 35, now: test.now))
        await #expect(throws: KeyError.noTenant) { try await store.lastConnections(of: tenant) }
        let receipt = try #require(try await store.erasure(erasure.id))
        #expect(receipt.erasedAt == test.now && receipt.state == .running)

        let (done, moment) = try await Self.finish(receipt, test)
        #expect(done.state == .done && done.backupsUntil == test.now.adding(seconds: 35 * 86_400))
        // Whoever was storing an event at that moment has ended.
        #expect(moment >= test.now.adding(seconds: 15))
        #expect(done.counts["messages"] == 2 && done.counts["connections"] == 1)
        let left = try await test.dump(of: tenant).filter { !$0.value.isEmpty }
        #expect(Set(left.keys) == ["audit_log", "erasures"])
        let mark = ErasureWorld.form(tenant.raw)
        let tables = Set(
            try await world.everything().filter { $0.contains(mark) }.map { String($0.prefix { $0 != " " }) })
        #expect(tables == ["audit_log", "erasures", "tenants"])
        #expect(try await world.everything().allSatisfy { !$0.contains("Praxis Nord") })
        // The patient's erasure was done with it.
        let other = try #require(try await store.erasure(patient.id))
        #expect(other.state == .done && other.erasedAt == test.now && other.patientID == nil)

        // The log still holds, and receipts can be read.
        _ = try await store.verifyAudit(of: tenant)
        let entries = try await store.auditEntries(AuditFilter(), limit: 100).items.filter { $0.tenantID == tenant }
        #expect(entries.first?.action == "tenant.delete")
        #expect(try await store.erasures(limit: 10).items.map(\.id).contains(erasure.id))
        #expect(try await test.dump(of: world.elsewhere.tenant) == before)
    }

    @Test(.sqliteOnly) func noByteOfItsKeyIsLeftInTheFiles() async throws {
        let (world, _) = try await world()
        let (test, tenant, store) = (world.test, world.tenant, world.test.store)
        let wrapped = try await store.readGlobal { rows in
            var columns = try #require(
                try rows.transaction.first("SELECT wrapped_key FROM tenants WHERE id = ?1", [.id(tenant.raw)])
            ).columns
            return Data(try columns.blob())
        }
        #expect(try test.bytesOnDisk().range(of: wrapped) != nil)
        let erasure = try await store.deleteTenant(tenant, by: .service, now: test.now)
        try await store.noteUnsubscribed(erasure.id, world.hold, retryAt: nil, now: test.now)
        try await store.destroyKey(erasure.id, world.hold, backupDays: 35, now: test.now)
        #expect(try test.bytesOnDisk().range(of: wrapped) == nil)
        _ = try await Self.finish(erasure, test)
        for mark in [Data(world.anna.event.payload), Data(world.anna.message.id.raw.bytes)] {
            #expect(try test.bytesOnDisk().range(of: mark) == nil)
        }
    }

    @Test func rotatingKeysLeavesADestroyedOneAlone() async throws {
        let world = try await ErasureWorld()
        let test = world.test
        let erasure = try await test.store.deleteTenant(world.tenant, by: .service, now: test.now)
        _ = try await Self.finish(erasure, test)
        let new = SealingKey.generate().key
        let both = try #require(KeyRing([("new", new), ("old", TestStore.oldKey)]))
        // The system's, and the other tenant's.
        #expect(try await TenancyStore(engine: test.engine, keyRing: both).rewrapKeys(now: test.now) == 2)
        let onlyNew = TenancyStore(engine: test.engine, keyRing: try #require(KeyRing([("new", new)])))
        try await onlyNew.requireKeys()
        await #expect(throws: KeyError.unknownKey("new")) { try await test.store.requireKeys() }
    }

    @Test func theSystemTenantIsNotToBeDeleted() async throws {
        let test = try await TestStore()
        for tenant in [TenantID.system, TenantID(Identifier(high: 1, low: 1))] {
            await #expect(throws: TenantError.notFound) {
                try await test.store.deleteTenant(tenant, by: .service, now: test.now)
            }
        }
        #expect(try await test.store.tenant(.system) != nil)
    }
}
