import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Nothing of one tenant is readable or changeable through another's rows, although both know the same person, the
/// same mid and the same thread, and although the caller has got hold of the other's ids.
@Suite(.everyEngine) struct TenantSeparationTests {
    /// Tenant A with everything; tenant B looks for it.
    private func world() async throws -> (test: TestStore, a: Correspondent, connection: Connection, b: TenantID) {
        let test = try await TestStore()
        let tenant = try await test.tenant("A").id
        let a = try await Correspondent(in: test, tenant: tenant)
        let connection = test.connection(of: tenant)
        try await test.store.write(tenant) { try $0.insertConnection(connection) }
        return (test, a, connection, try await test.tenant("B").id)
    }

    @Test func nothingOfAnotherTenantIsRead() async throws {
        let (test, a, connection, b) = try await world()
        let now = test.now.adding(seconds: 100_000)
        let part = try #require(a.reply.parts.first)
        let claim = PatientClaim(
            accountID: Correspondent.account, flow: TestStore.flow, channel: .instagram, igsid: Correspondent.igsid,
            thread: Correspondent.thread)
        /// How much each question finds.
        let ask: @Sendable (TenantRows) throws -> [String: Int] = { rows in
            [
                "dueEvents": try rows.dueEvents(now: now, limit: 100).count,
                "event": try rows.event(a.event.id) == nil ? 0 : 1,
                "unroutedEvents": try rows.unroutedEvents(of: Correspondent.account, limit: 100).count,
                "unroutedAccounts": try rows.unroutedAccounts(after: "", limit: 100).count,
                "conversation": try rows.conversation(a.conversation.id) == nil ? 0 : 1,
                "listedConversation": try rows.listedConversation(a.conversation.id) == nil ? 0 : 1,
                "conversations": try rows.conversations(limit: 100).items.count,
                "ofThread": try rows.correspondence(ofThread: Correspondent.thread) == nil ? 0 : 1,
                "withClaim": try rows.correspondence(with: claim) == nil ? 0 : 1,
                "address": try rows.address(
                    of: a.conversation.patientID, account: Correspondent.account, flow: TestStore.flow,
                    channel: .instagram) == nil ? 0 : 1,
                "patient": try rows.patient(a.conversation.patientID) == nil ? 0 : 1,
                "username": try rows.username(of: a.conversation.patientID) == nil ? 0 : 1,
                "message": try rows.message(a.message.id) == nil ? 0 : 1,
                "messageByMid": try rows.message(mid: Correspondent.mid) == nil ? 0 : 1,
                "messageByItem": try rows.message(
                    item: [Correspondent.account, "1"], notThrough: Flow(rawValue: "facebook_page")) == nil ? 0 : 1,
                "knows": try rows.knows(mid: Correspondent.mid) ? 1 : 0,
                "newestInbound": try rows.newestInbound(of: a.conversation.id) == nil ? 0 : 1,
                "messages": try rows.messages(of: a.conversation.id, limit: 100).items.count,
                "reply": try rows.reply(a.reply.id) == nil ? 0 : 1,
                "automatedReply": try rows.automatedReply(to: a.message.id) == nil ? 0 : 1,
                "replies": try rows.replies(limit: 100).items.count,
                "parts": try rows.parts(of: a.reply.id).count,
                "partByMid": try rows.part(mid: "sent-by-a") == nil ? 0 : 1,
                "openParts": try rows.openParts(of: a.conversation.id, includingHeld: true).count,
                "lastUse": try rows.lastUse(ofRule: "receipt", in: a.conversation.id) == nil ? 0 : 1,
                "automatedReplies": try rows.automatedReplies(in: a.conversation.id, since: Timestamp(milliseconds: 0)),
                // A reply behind A's would have to wait for it.
                "isHead": try rows.isHead(test.reply(to: a.message)) ? 0 : 1,
                "connections": try rows.connections().count,
                "connection": try rows.connection(connection.id) == nil ? 0 : 1,
                "answering": try rows.answeringConnection() == nil ? 0 : 1,
                "answeringFor": try rows.connection(answeringFor: Correspondent.account) == nil ? 0 : 1,
                "ownIDs": try rows.ownIDs().count,
            ]
        }
        // Everything is there to be found: by its owner.
        try await test.store.write(a.tenant) { rows in
            try rows.beginSending(part.id, now: test.now)
            _ = try rows.settleSent(part.id, mid: "sent-by-a", now: test.now)
        }
        let own = try await test.store.read(a.tenant, ask)
        let absent: Set = ["dueEvents", "unroutedEvents", "unroutedAccounts", "openParts"]
        for (question, count) in own where !absent.contains(question) {
            #expect(count > 0, "\(question) finds nothing")
        }
        let foreign = try await test.store.read(b, ask)
        for (question, count) in foreign { #expect(count == 0, "\(question) finds what is another tenant's") }
        var filter = EventFilter()
        filter.tenantID = b
        #expect(try await test.store.events(filter, limit: 100).items.isEmpty)
    }

    private func refuse(_ changed: Bool) {
        #expect(!changed)
    }

    @Test func nothingOfAnotherTenantIsChanged() async throws {
        let (test, a, connection, b) = try await world()
        let now = test.now.adding(seconds: 1)
        let part = try #require(a.reply.parts.first)
        let attempts: [@Sendable (TenantRows) throws -> Void] = [
            { try $0.describe(a.event.id, EventDigest(kind: "x", mid: nil, thread: nil, structure: "[]")) },
            { try $0.settle(a.event.id, EventVerdict(.done, .recorded, igsid: "1", countsAttempt: true), now: now) },
            { try $0.wakeEvents(awaiting: Correspondent.mid, now: now) },
            { try $0.wakeEvents(ofThread: Correspondent.thread, now: now) },
            { try $0.wakeWaitingEchoes(now: now) },
            { try refuse($0.drainParked([.senderUnresolved], now: now) > 0) },
            { try refuse($0.replayEvent(a.event.id, now: now)) },
            { try $0.removeAdopted(a.event.id) },
            { try $0.learnUsername("other", of: a.conversation.patientID) },
            { try $0.touch(a.conversation.id, inbound: true, at: now.adding(seconds: 99)) },
            { try refuse($0.setAutomation(.paused, until: nil, of: a.conversation.id)) },
            { try $0.setOptedOut(true, of: a.conversation.id) },
            { try $0.fill(a.message.id, text: "x") },
            { try $0.edit(a.message.id, text: "x", at: now) },
            { try $0.unsend(a.message.id, at: now) },
            {
                let moved = try $0.move(
                    a.reply.id, from: Reply.State.allCases, to: .cancelled, reason: .requested, dueAt: nil, now: now)
                refuse(moved)
            },
            { try $0.postpone(a.reply.id, until: now) },
            { try refuse($0.compose(a.reply.id, by: "receipt", text: "x", parts: [], dueAt: now)) },
            { try $0.forgetAttempt(a.reply.id) },
            { try $0.countAttemptsAnew(a.reply.id) },
            { try $0.recompose(a.reply.id, rule: "x", now: now) },
            { try $0.beginSending(part.id, now: now) },
            { try refuse($0.settleSent(part.id, mid: "x", now: now)) },
            { try refuse($0.settleUnknown(part.id, now: now)) },
            { try refuse($0.settleNotSent(part.id, .cancelled, now: now)) },
            { try $0.noteAbsent(part.id) },
            { try $0.cancelAutomated(in: a.conversation.id, reason: .paused, now: now) },
            { try refuse($0.requeueHeld(.waitingForReconnect, now: now) > 0) },
            { try refuse($0.retry(a.reply.id, now: now)) },
            { try $0.requeueReplies(awaitingAddressOf: a.conversation.patientID, now: now) },
            { _ = try $0.updateConnection(connection) },
            { try $0.pause(connection.id, until: now) },
            { try $0.noteWebhook(connection.id, now: now) },
            { try $0.noteSent(connection.id, now: now) },
            { try $0.noteSenderlessOwn(connection.id) },
            { try $0.keep([1], of: a.claim) },
            { try $0.release(a.claim) },
            { _ = try $0.once(a.claim) { a.reply.id.raw } },
        ]
        let before = try await test.dump(of: a.tenant)
        #expect(before.values.allSatisfy { !$0.isEmpty })
        for (index, attempt) in attempts.enumerated() {
            try await test.store.write(b, attempt)
            #expect(try await test.dump(of: a.tenant) == before, "attempt \(index) changed another tenant's rows")
        }
    }

    @Test func nothingCanBeHungOnAnotherTenantsRows() async throws {
        let (test, a, _, b) = try await world()
        let message = test.message("b-1", in: a.conversation.id)
        let reply = test.reply(to: a.message)
        for attempt: @Sendable (TenantRows) throws -> Void in [
            { _ = try $0.insert(message) }, { _ = try $0.insert(reply) },
        ] {
            let error = await #expect(throws: StorageError.self) { try await test.store.write(b, attempt) }
            #expect(error?.kind == .constraint)
        }
    }

    @Test func theSameMessageOfTwoTenantsIsTwo() async throws {
        let (test, a, _, b) = try await world()
        let before = try await test.dump(of: a.tenant)
        let other = try await Correspondent(in: test, tenant: b)
        #expect(other.conversation.patientID != a.conversation.patientID)
        #expect(try await test.store.read(b) { try $0.message(mid: Correspondent.mid)?.id } == other.message.id)
        #expect(try await test.dump(of: a.tenant) == before)
    }

    @Test func oneTenantsKeysOpenNothingOfAnother() async throws {
        let (test, a, connection, b) = try await world()
        let keys = try await test.store.keys(of: b)
        let sealed = a.event.payload
        #expect(throws: (any Error).self) { try keys.open(sealed, at: .eventPayload(a.event.id)) }
        let token = try await test.engine.read(.operators) { transaction in
            var columns = try #require(
                try transaction.first("SELECT token FROM connections WHERE id = ?1", [.id(connection.id.raw)])
            ).columns
            return try columns.blob()
        }
        #expect(throws: (any Error).self) { try keys.open(token, at: .token(of: connection.id)) }
        #expect(try await test.store.keys(of: a.tenant).digest("mid", "m") != keys.digest("mid", "m"))
    }
}
