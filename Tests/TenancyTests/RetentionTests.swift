import Storage
import TestSupport
import Testing

@testable import Tenancy

/// What age takes, and what it leaves alone.
@Suite(.everyEngine) struct RetentionTests {
    private static let day = 86_400

    /// A store whose clock stands `days` after everything was written.
    private func limits(
        _ test: TestStore, daysLater days: Int, payloads: Int? = 30, events: Int? = 90, messages: Int? = nil
    ) -> (limits: RetentionLimits, now: Timestamp) {
        let now = test.now.adding(seconds: days * Self.day)
        func before(_ days: Int?) -> Timestamp? { days.map { now.adding(seconds: -$0 * Self.day) } }
        return (
            RetentionLimits(
                payloads: before(payloads), events: before(events), messages: before(messages),
                parked: now.adding(seconds: -Self.day)), now
        )
    }

    /// Ages a tenant until nothing is left to do.
    /// - Returns: what was deleted by step, and how many batches that took.
    @discardableResult
    private func age(
        _ test: TestStore, _ tenant: TenantID, _ aged: (limits: RetentionLimits, now: Timestamp), page: Int = 100
    ) async throws -> (counts: [RetentionStep: Int], batches: Int) {
        var (counts, batches): ([RetentionStep: Int], Int) = ([:], 0)
        var position: RetentionPosition? = RetentionPosition()
        while let from = position {
            let batch = try await test.store.write(tenant) { rows in
                try rows.age(from: from, limits: aged.limits, page: page, now: aged.now)
            }
            #expect(batch.counts.values.reduce(0, +) < 2 * page)
            counts.merge(batch.counts, uniquingKeysWith: +)
            batches += 1
            position = batch.next
        }
        return (counts, batches)
    }

    /// Events of a tenant, one for each verdict.
    private func events(
        _ test: TestStore, of tenant: TenantID, _ verdicts: [EventVerdict]
    ) async throws -> [EventID] {
        var made: [NewEvent] = []
        for index in verdicts.indices { made.append(try await test.event(of: tenant, bytes: [UInt8(index), 1])) }
        let all = made
        try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        try await test.store.write(tenant) { rows in
            for (event, verdict) in zip(all, verdicts) { try rows.settle(event.id, verdict, now: test.now) }
        }
        return made.map(\.id)
    }

    private func count(_ test: TestStore, _ table: String, of tenant: TenantID) async throws -> Int {
        try await test.engine.read(.tenant(tenant.raw)) { transaction in
            var columns = try #require(
                try transaction.first("SELECT COUNT(*) FROM \(table) WHERE tenant_id = ?1", [.id(tenant.raw)])
            ).columns
            return try columns.count()
        }
    }

    // MARK: Events

    @Test func oldEventsLoseTheirPayloadAndOlderOnesGo() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let ids = try await events(test, of: tenant, [EventVerdict(.done, .replied), EventVerdict(.failed, .error)])
        #expect(try await age(test, tenant, limits(test, daysLater: 29)).counts.isEmpty)
        #expect(try await age(test, tenant, limits(test, daysLater: 31)).counts == [.payloads: 2])
        // The event is still there, and says what it said; it cannot be replayed.
        #expect(try await test.store.event(ids[0])?.reason == .replied)
        #expect(try await test.store.event(ids[1])?.state == .failed)
        #expect(try await test.store.write(tenant) { try $0.replayEvent(ids[1], now: test.now) } == false)
        #expect(try await age(test, tenant, limits(test, daysLater: 31)).counts.isEmpty)
        #expect(try await age(test, tenant, limits(test, daysLater: 91)).counts == [.events: 2])
        #expect(try await count(test, "events", of: tenant) == 0)
    }

    /// Whatever its age: nobody has decided on it.
    @Test func whatIsDueOrReceivedKeepsEverything() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let later = test.now.adding(seconds: 200 * Self.day)
        let ids = try await events(
            test, of: tenant,
            [
                EventVerdict(.received, nil, dueAt: test.now), EventVerdict(.received, .awaitingMessage),
                EventVerdict(.parked, .senderUnresolved, dueAt: later), EventVerdict(.done, .recorded),
            ])
        #expect(try await age(test, tenant, limits(test, daysLater: 91)).counts == [.events: 1])
        for id in ids.prefix(3) { #expect(try await test.store.event(id) != nil) }
        let due = try await test.store.read(tenant) { try $0.dueEvents(now: later, limit: 9) }
        #expect(due.count == 2 && due.allSatisfy { $0.sealed != nil })
    }

    /// Short ages are allowed: the messaging window is what protects a parked event then.
    @Test func whatIsParkedWithinTheWindowKeepsEverything() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let ids = try await events(
            test, of: tenant, [EventVerdict(.parked, .connectionNotActive), EventVerdict(.done, .recorded)])
        let now = test.now.adding(seconds: Self.day / 2)
        let limits = RetentionLimits(
            payloads: test.now.adding(seconds: 60), events: test.now.adding(seconds: 60), messages: nil,
            parked: now.adding(seconds: -Self.day))
        #expect(try await age(test, tenant, (limits, now)).counts == [.events: 1])
        #expect(try await test.store.write(tenant) { try $0.drainParked([.connectionNotActive], now: now) } == 1)
        let due = try await test.store.read(tenant) { try $0.dueEvents(now: now, limit: 9) }
        #expect(due.map(\.event.id) == [ids[0]] && due[0].sealed != nil)
    }

    /// Without its payload it could be neither answered nor replayed: a reconnect must not bring it back as unreadable.
    @Test func whatWasParkedPastTheWindowEndsWithItsPayload() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let id = try await events(test, of: tenant, [EventVerdict(.parked, .connectionNotActive)])[0]
        let aged = limits(test, daysLater: 31)
        #expect(try await age(test, tenant, aged).counts == [.payloads: 1])
        let event = try #require(try await test.store.event(id))
        #expect(event.state == .done && event.reason == .outsideWindow)
        #expect(try await test.store.write(tenant) { try $0.drainParked([.connectionNotActive], now: aged.now) } == 0)
    }

    @Test func eventsThatRouteToNobodyAgeLikeOthers() async throws {
        let test = try await TestStore()
        _ = try await events(test, of: .system, [EventVerdict(.parked, .unrouted)])
        #expect(try await age(test, .system, limits(test, daysLater: 31)).counts == [.payloads: 1])
        #expect(try await test.store.read(.system) { try $0.unroutedAccounts(after: "", limit: 9) }.isEmpty)
        #expect(try await age(test, .system, limits(test, daysLater: 91)).counts == [.events: 1])
    }

    @Test func anotherTenantsRowsStay() async throws {
        let test = try await TestStore()
        let (one, other) = (try await test.tenant("A").id, try await test.tenant("B").id)
        for tenant in [one, other] {
            _ = try await Correspondent(in: test, tenant: tenant)
            _ = try await events(test, of: tenant, [EventVerdict(.done, .recorded)])
        }
        let before = try await test.dump(of: other)
        try await age(test, one, limits(test, daysLater: 400, messages: 30))
        #expect(try await test.dump(of: other) == before)
    }

    @Test func batchesAreSmallAndGoOnWhereTheLastOneEnded() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let verdicts = (0..<25).map { index in
            index % 5 == 0
                ? EventVerdict(.received, .awaitingMessage, dueAt: test.now) : EventVerdict(.done, .recorded)
        }
        _ = try await events(test, of: tenant, verdicts)
        let (counts, batches) = try await age(test, tenant, limits(test, daysLater: 91), page: 4)
        #expect(counts == [.events: 20])
        // Seven pages of events, and two of the payloads of those that are due; exempt rows are no reason to stop.
        #expect(batches >= 7)
        #expect(try await count(test, "events", of: tenant) == 5)
    }

    @Test func payloadsAreNotLookedAtTwice() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        _ = try await events(test, of: tenant, (0..<9).map { _ in EventVerdict(.done, .recorded) })
        let aged = limits(test, daysLater: 31)
        let first = try await test.store.write(tenant) { rows in
            try rows.age(from: RetentionPosition(), limits: aged.limits, page: 100, now: aged.now)
        }
        #expect(first.counts == [.payloads: 9] && first.next == nil)
        let done = try #require(first.payloadsDone)
        let again = try await test.store.write(tenant) { rows in
            try rows.age(
                from: RetentionPosition(), payloadsDone: done, limits: aged.limits, page: 1, now: aged.now)
        }
        // A page of one row would have ended the batch, had there been one to look at.
        #expect(again.next == nil)
    }

    // MARK: What was said

    /// The reply of a correspondent goes out.
    private func send(_ test: TestStore, _ who: Correspondent) async throws {
        try await test.store.write(who.tenant) { rows in
            let part = try #require(who.reply.parts.first)
            try rows.move(who.reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now)
            try rows.beginSending(part.id, now: test.now)
            try rows.settleSent(part.id, mid: "sent", now: test.now)
            try rows.move(who.reply.id, from: [.sending], to: .sent, reason: .sent, dueAt: nil, now: test.now)
        }
    }

    @Test func messagesAreKeptUnlessAnAgeIsSet() async throws {
        let test = try await TestStore()
        let who = try await Correspondent(in: test, tenant: try await test.tenant().id)
        try await send(test, who)
        try await age(test, who.tenant, limits(test, daysLater: 10_000))
        #expect(try await count(test, "messages", of: who.tenant) == 1)
        #expect(try await count(test, "replies", of: who.tenant) == 1)
    }

    @Test func nothingIsLeftOfAPatientWhoHasNotWrittenForSoLong() async throws {
        let test = try await TestStore()
        let who = try await Correspondent(in: test, tenant: try await test.tenant().id)
        try await send(test, who)
        #expect(try await age(test, who.tenant, limits(test, daysLater: 29, messages: 30)).counts.isEmpty)
        var (limits, now) = limits(test, daysLater: 91, messages: 30)
        limits.requests = now.adding(seconds: -Self.day)
        let (counts, _) = try await age(test, who.tenant, (limits, now))
        #expect(counts == [.events: 1, .replies: 1, .messages: 1, .conversations: 1, .patients: 1, .requests: 1])
        // The audit log and what owners are told name no patient, and have ages of their own; so have receipts of erasures.
        let others: Set = ["audit_log", "notifications", "erasures"]
        for (table, rows) in try await test.dump(of: who.tenant) where !others.contains(table) {
            #expect(rows.isEmpty, "\(table)")
        }
    }

    @Test(arguments: [Reply.State.composing, .queued, .sending, .unknown, .held])
    func aReplyThatIsNotSettledKeepsItsMessage(_ state: Reply.State) async throws {
        let test = try await TestStore()
        let who = try await Correspondent(in: test, tenant: try await test.tenant().id)
        try await test.store.write(who.tenant) { rows in
            try rows.move(who.reply.id, from: [.queued], to: state, reason: nil, dueAt: nil, now: test.now)
        }
        let (counts, _) = try await age(test, who.tenant, limits(test, daysLater: 91, messages: 30))
        #expect(counts == [.events: 1])
        let reply = try #require(try await test.store.read(who.tenant) { try $0.reply(who.reply.id) })
        #expect(reply.state == state && reply.parts.count == 1)
        #expect(try await test.store.read(who.tenant) { try $0.message(who.message.id) } != nil)
    }

    /// The last message decides, not the first.
    @Test func aConversationThatGoesOnKeepsPatientNameAndThread() async throws {
        let test = try await TestStore()
        let who = try await Correspondent(in: test, tenant: try await test.tenant().id)
        try await send(test, who)
        let later = test.now.adding(seconds: 80 * Self.day)
        try await test.store.write(who.tenant) { rows in
            try rows.insert(
                NewMessage(
                    id: test.store.makeID(now: later), conversationID: who.conversation.id, direction: .inbound,
                    author: .patient, flow: TestStore.flow, kind: "text", mid: "later", item: nil, text: "noch da",
                    sentAt: later, receivedAt: later, eventID: nil))
        }
        let (counts, _) = try await age(test, who.tenant, limits(test, daysLater: 91, messages: 30))
        #expect(counts == [.events: 1, .replies: 1, .messages: 1])
        let found = try await test.store.read(who.tenant) { rows in
            (
                try rows.correspondence(ofThread: Correspondent.thread)?.conversation.id,
                try rows.username(of: who.conversation.patientID)
            )
        }
        #expect(found.0 == who.conversation.id && found.1 == "anna_patientin")
    }

    /// The wish to be left alone is older than every age; the name is not needed for it.
    @Test func whoAskedForSilenceIsStillKnownAndHasNoName() async throws {
        let test = try await TestStore()
        let who = try await Correspondent(in: test, tenant: try await test.tenant().id)
        try await send(test, who)
        try await test.store.write(who.tenant) { try $0.setOptedOut(true, of: who.conversation.id) }
        let aged = limits(test, daysLater: 1000, messages: 30)
        try await age(test, who.tenant, aged)
        let claim = PatientClaim(
            accountID: Correspondent.account, flow: TestStore.flow, channel: .instagram, igsid: Correspondent.igsid,
            thread: nil)
        let (conversation, name) = try await test.store.read(who.tenant) { rows in
            (try rows.correspondence(with: claim)?.conversation, try rows.username(of: who.conversation.patientID))
        }
        #expect(conversation?.optedOut == true)
        #expect(name == nil)
        #expect(try await count(test, "messages", of: who.tenant) == 0)
    }

    @Test func aPauseUntilFurtherNoticeOutlivesTheMessagesAndAnEndedOneDoesNot() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let who = try await Correspondent(in: test, tenant: tenant)
        try await send(test, who)
        let aged = limits(test, daysLater: 91, messages: 30)
        try await test.store.write(tenant) { _ = try $0.setAutomation(.paused, until: nil, of: who.conversation.id) }
        #expect(try await age(test, tenant, aged).counts[.conversations] == nil)
        #expect(try await count(test, "conversations", of: tenant) == 1)
        try await test.store.write(tenant) {
            _ = try $0.setAutomation(.paused, until: test.now.adding(seconds: 60), of: who.conversation.id)
        }
        #expect(try await age(test, tenant, aged).counts == [.conversations: 1, .patients: 1])
    }

    @Test func aPatientOfTwoConversationsStaysWithTheOneThatIsLeft() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let who = try await Correspondent(in: test, tenant: tenant)
        try await send(test, who)
        let later = test.now.adding(seconds: 80 * Self.day)
        // The same person, known by the thread, writes to another account of the practice.
        let claim = PatientClaim(
            accountID: "17841400000000002", flow: TestStore.flow, channel: .instagram, igsid: "17990009999999999",
            thread: Correspondent.thread)
        try await test.store.write(tenant) { rows in
            let found = try rows.correspond(claim, now: later) { test.store.makeID(now: later, of: Patient.self).raw }
            #expect(found.conversation.patientID == who.conversation.patientID)
            try rows.touch(found.conversation.id, inbound: true, at: later)
        }
        // The thread leads to the old conversation, which goes; the patient, with both addresses, stays.
        let (counts, _) = try await age(test, tenant, limits(test, daysLater: 91, messages: 30))
        #expect(counts[.conversations] == 1 && counts[.patients] == nil)
        #expect(try await count(test, "addresses", of: tenant) == 2)
        #expect(try await test.store.read(tenant) { try $0.username(of: who.conversation.patientID) } != nil)
    }

    @Test func everyTenantHasItsTurnTheSystemTenantToo() async throws {
        let test = try await TestStore()
        let tenants = [try await test.tenant("A").id, try await test.tenant("B").id]
        #expect(try await test.store.tenantIDs() == [.system] + tenants)
    }
}
