import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Forgetting one patient, over every table.
@Suite(.everyEngine, .hangLimit) struct PatientErasureTests {
    private func rows(_ world: ErasureWorld, naming marks: [String]) async throws -> [String] {
        let tenant = ErasureWorld.form(world.tenant.raw)
        return try await world.everything().filter { row in
            row.contains(tenant) && marks.contains { row.contains($0) }
        }
    }

    @Test(arguments: [1, 2, 100]) func nothingOfAPatientIsLeftInAnyTable(page: Int) async throws {
        let world = try await ErasureWorld()
        let before = try await world.test.dump(of: world.elsewhere.tenant)
        #expect(try await !rows(world, naming: world.annas).isEmpty)
        let erasure = try await world.request()
        #expect(erasure.state == .queued && erasure.backupsUntil == nil)
        let done = try await world.finish(erasure.id, page: page)
        #expect(done.state == .done && done.patientID == nil)
        #expect(done.counts["messages"] == 1 && done.counts["replies"] == 1 && done.counts["conversations"] == 1)
        #expect(done.counts["events"] == 4 && done.counts["answers"] == 1)
        #expect(done.backupsUntil == done.erasedAt?.adding(seconds: 35 * 86_400))
        #expect(try await world.test.store.erasure(erasure.id) == done)

        #expect(try await rows(world, naming: world.annas) == [])
        let store = world.test.store
        for event in world.unlinked + [world.anna.event] {
            let kept = try #require(try await store.event(event.id))
            #expect(kept.mid == nil && kept.igsid == nil && kept.state == .done)
        }
        // What had been decided on says so still; what had not ends as erased.
        #expect(try await store.event(world.anna.event.id)?.reason == .erased)
        #expect(try await store.event(world.unlinked[0].id)?.reason == .recorded)
        let (payloads, digests, answers) = try await store.read(world.tenant) { rows in
            func count(_ sql: String) throws -> Int {
                var columns = try #require(try rows.transaction.first(sql, [.id(world.tenant.raw)])).columns
                return try columns.count()
            }
            return (
                try count("SELECT COUNT(*) FROM events WHERE tenant_id = ?1 AND payload IS NOT NULL"),
                try count(
                    """
                    SELECT COUNT(*) FROM events
                    WHERE tenant_id = ?1 AND (mid_digest IS NOT NULL OR thread_digest IS NOT NULL)
                    """),
                try count("SELECT COUNT(*) FROM idempotency WHERE tenant_id = ?1 AND answer IS NOT NULL")
            )
        }
        #expect(payloads == 1 && digests == 0 && answers == 0)

        // The other patient and the other tenant have lost nothing, though it is the same person's id.
        #expect(try await store.read(world.tenant) { try $0.message(mid: "mid-of-bert") } != nil)
        #expect(try await store.read(world.tenant) { try $0.conversation(world.otherConversation) } != nil)
        #expect(try await world.test.dump(of: world.elsewhere.tenant) == before)
        let threads = try await store.readGlobal { rows in
            try rows.transaction.query("SELECT digest FROM account_threads", []).map {
                var columns = $0.columns
                return try columns.blob()
            }
        }
        #expect(threads == [Array("mid-of-bert".utf8)])
        _ = try await store.verifyAudit(of: world.tenant)
    }

    @Test(.sqliteOnly) func noByteOfThePatientIsLeftInTheFiles() async throws {
        let world = try await ErasureWorld()
        let marks: [Data] = [
            Data(Correspondent.mid.utf8), Data(world.anna.conversation.patientID.raw.bytes),
            Data(world.anna.conversation.id.raw.bytes), Data(world.anna.message.id.raw.bytes),
            Data(world.anna.event.payload), Data(world.unlinked[0].payload),
        ]
        // The other tenant's rows hold the same mid: they are not there in this one.
        let (deleted, _) = try await delete(world.elsewhere.tenant, in: world)
        #expect(deleted.state == .done)
        let before = try world.test.bytesOnDisk()
        for mark in marks { #expect(before.range(of: mark) != nil) }
        _ = try await world.finish(try await world.request().id)
        let after = try world.test.bytesOnDisk()
        for mark in marks { #expect(after.range(of: mark) == nil) }
        // Something is left to be looked at.
        #expect(after.range(of: Data("mid-of-bert".utf8)) != nil)
    }

    private func delete(_ tenant: TenantID, in world: ErasureWorld) async throws -> (Erasure, Timestamp) {
        let erasure = try await world.test.store.deleteTenant(tenant, by: .service, now: world.test.now)
        return try await TenantDeletionTests.finish(erasure, world.test)
    }

    @Test func aRepetitionOfMetasBringsNothingBack() async throws {
        let world = try await ErasureWorld()
        _ = try await world.finish(try await world.request().id)
        let (anna, test) = (world.anna, world.test)
        var again = [anna.event] + world.unlinked
        for index in again.indices { again[index].id = test.store.makeID(now: test.now) }
        let repeated = again
        #expect(try await test.store.writeGlobal(.ingest) { try $0.append(repeated) } == 0)
        #expect(try await test.store.write(world.tenant) { try $0.dueEventIDs(now: test.now, limit: 10) }.isEmpty)
        // Nor does a person's replay.
        #expect(try await !test.store.write(world.tenant) { try $0.replayEvent(anna.event.id, now: test.now) })
    }

    @Test func whoAsksTwiceIsGivenTheSameReceipt() async throws {
        let world = try await ErasureWorld()
        let first = try await world.request()
        #expect(try await world.request() == first)
        _ = try await world.finish(first.id)
        let again = try await world.test.store.eraseLater(
            world.anna.conversation.patientID, of: world.tenant, by: .service, now: world.test.now)
        #expect(again == nil)
        let list = try await world.test.store.erasures(of: world.tenant, limit: 10)
        // The second one is in every tenant of these tests.
        #expect(list.items.map(\.id).contains(first.id) && list.items.count == 2)
        let entries = try await world.test.store.auditEntries(AuditFilter(), limit: 100).items
        #expect(entries.count { $0.action == "patient.erase" } == 1)
        for entry in entries { #expect(!"\(entry)".contains("\(world.anna.conversation.patientID)")) }
    }

    @Test func anotherTenantsPatientIsNotThere() async throws {
        let world = try await ErasureWorld()
        let before = try await world.test.dump(of: world.tenant)
        let none = try await world.test.store.eraseLater(
            world.anna.conversation.patientID, of: world.elsewhere.tenant, by: .service, now: world.test.now)
        #expect(none == nil)
        // Nor does an erasure of one's own reach it by its id.
        let id = try await world.request().id
        let foreign = try await world.test.store.erase(
            patientOf: id, TenantHold(world.elsewhere.tenant, epoch: nil), rules: ErasureWorld.rules(page: 9),
            now: world.test.now)
        #expect(foreign == .isGone)
        var after = try await world.test.dump(of: world.tenant)
        // What was asked for changes these.
        for table in ["erasures", "audit_log", "conversations", "replies"] { after[table] = before[table] }
        #expect(after == before)
    }

    @Test(arguments: [Reply.State.sending, .unknown])
    func whatIsOnItsWaySettlesFirst(_ state: Reply.State) async throws {
        let world = try await ErasureWorld()
        let (test, reply) = (world.test, world.anna.reply)
        let part = try #require(reply.parts.first)
        try await test.store.write(world.tenant) { rows in
            try rows.beginSending(part.id, now: test.now)
            try rows.move(reply.id, from: [.queued], to: state, reason: nil, dueAt: nil, now: test.now)
        }
        let id = try await world.request().id
        func advance(_ now: Timestamp) async throws -> ErasureProgress {
            try await test.store.erase(patientOf: id, world.hold, rules: ErasureWorld.rules(page: 9), now: now)
        }
        #expect(try await advance(test.now) == .waits(until: test.now.adding(seconds: 5)))
        #expect(try await test.store.erasure(id)?.state == .running)
        #expect(try await test.store.read(world.tenant) { try $0.reply(reply.id) } != nil)
        // It was sent: its echo may come within the half minute.
        let sent = test.now.adding(seconds: 3)
        try await test.store.write(world.tenant) { rows in
            try rows.settleSent(part.id, mid: "mid-of-the-reply", now: sent)
            try rows.move(reply.id, from: [state], to: .sent, reason: .sent, dueAt: nil, now: sent)
        }
        #expect(try await advance(sent) == .waits(until: sent.adding(seconds: 30)))
        #expect(try await world.finish(id).state == .done)
        #expect(try await rows(world, naming: world.annas).isEmpty)
    }

    @Test func whatWasNotSentIsNotSentAnyMore() async throws {
        let world = try await ErasureWorld()
        _ = try await world.request()
        let (reply, conversation) = try await world.test.store.read(world.tenant) { rows in
            (try rows.reply(world.anna.reply.id), try rows.conversation(world.anna.conversation.id))
        }
        #expect(reply?.state == .cancelled && conversation?.answers(at: world.test.now) == false)
    }

    /// A patient writes between any two batches. What is there before the end is erased with the rest.
    @Test(arguments: 0..<12) func aPatientWhoWritesMeanwhileIsForgottenAsWell(batch: Int) async throws {
        let world = try await ErasureWorld()
        let (test, tenant) = (world.test, world.tenant)
        let id = try await world.request().id
        var written: (event: NewEvent, message: NewMessage)?
        let done = try await world.finish(id, page: 3) { number in
            guard number == batch, try await test.store.erasure(id)?.erasedAt == nil else { return }
            written = try await write(world)
        }
        let (event, message) = written ?? (world.anna.event, world.anna.message)
        #expect(done.state == .done)
        #expect(try await rows(world, naming: world.annas + [ErasureWorld.form(message.id.raw)]).isEmpty)
        #expect(try await test.store.event(event.id)?.igsid == nil)
        let payload = try await test.store.read(tenant) { rows in
            try rows.transaction.first(
                "SELECT payload FROM events WHERE tenant_id = ?1 AND id = ?2", [.id(tenant.raw), .id(event.id.raw)]
            ).flatMap { row in
                var columns = row.columns
                return try columns.optionalBlob()
            }
        }
        #expect(payload == nil)
        // Whoever writes afterwards is a new patient.
        let later = try await write(world)
        let conversation = try await test.store.read(tenant) { try $0.conversation(later.message.conversationID) }
        #expect(conversation?.patientID != world.anna.conversation.patientID)
    }

    /// A message of hers, as processing records it.
    private func write(_ world: ErasureWorld) async throws -> (event: NewEvent, message: NewMessage) {
        let (test, store, now) = (world.test, world.test.store, world.test.now)
        let nonce = UUID().uuidString
        let event = try await test.event(
            of: world.tenant, bytes: Array(#"{"sender":{"id":"\#(Correspondent.igsid)"},"x":"\#(nonce)"}"#.utf8))
        try await store.writeGlobal(.ingest) { try $0.append([event]) }
        let message = try await store.write(world.tenant) { rows in
            let claim = PatientClaim(
                accountID: Correspondent.account, flow: TestStore.flow, channel: .instagram,
                igsid: Correspondent.igsid, thread: Correspondent.thread)
            let found = try rows.correspond(claim, now: now) { store.makeID(now: now, of: Patient.self).raw }
            var message = test.message("mid-\(nonce)", in: found.conversation.id)
            message.eventID = event.id
            try rows.insert(message)
            try rows.insert(test.reply(to: message))
            try rows.settle(event.id, EventVerdict(.done, .replied, igsid: Correspondent.igsid), now: now)
            return message
        }
        return (event, message)
    }

    /// An older event without a sender becomes known by the new message, after the erasure has passed it by.
    @Test func anOlderEventThatBecomesKnownMeanwhileIsFound() async throws {
        let world = try await ErasureWorld()
        let (test, store, tenant) = (world.test, world.test.store, world.tenant)
        let parked = try await test.event(of: tenant, bytes: Array(#"{"message_edit":{"mid":"m"}}"#.utf8))
        try await store.writeGlobal(.ingest) { try $0.append([parked]) }
        try await store.write(tenant) {
            try $0.settle(parked.id, EventVerdict(.parked, .senderUnresolved), now: test.now)
        }
        let id = try await world.request().id
        var hasWritten = false
        _ = try await world.finish(id, page: 100) { number in
            guard number == 0 else { return }
            _ = try await write(world)
            try await store.write(tenant) { rows in
                try rows.settle(parked.id, EventVerdict(.done, .duplicate, igsid: Correspondent.igsid), now: test.now)
            }
            hasWritten = true
        }
        #expect(hasWritten)
        #expect(try await store.event(parked.id)?.igsid == nil)
    }

    @Test func whatIsDueIsFoundAndPutOff() async throws {
        let world = try await ErasureWorld()
        let (store, now) = (world.test.store, world.test.now)
        let id = try await world.request().id
        let due = try await store.readGlobal(.shardLoad) { try $0.dueErasures(now: now, limit: 10) }
        #expect(due == [DueErasure(tenantID: world.tenant, id: id, kind: .patient)])
        let later = now.adding(seconds: 60)
        try await store.postpone(id, world.hold, until: later)
        let (none, next) = try await store.readGlobal(.shardLoad) { rows in
            (try rows.dueErasures(now: now, limit: 10), try rows.nextDueErasure(after: now))
        }
        #expect(none.isEmpty && next == later)
        _ = try await world.finish(id)
        #expect(try await store.readGlobal(.shardLoad) { try $0.dueErasures(now: later, limit: 10) }.isEmpty)
    }
}
