import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct ReplyRowsTests {
    @Test func aMessageGetsOneAutomatedReply() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let second = test.reply(to: one.message)
        #expect(try await test.store.write(one.tenant) { try $0.insert(second) } == false)
        let stored = try await test.store.read(one.tenant) { rows in
            (try rows.replies(limit: 10).items.map(\.id), try rows.automatedReply(to: one.message.id)?.id)
        }
        #expect(stored.0 == [one.reply.id])
        #expect(stored.1 == one.reply.id)
        // A person may answer the same message too.
        let person = test.reply(to: one.message, author: .person)
        #expect(try await test.store.write(one.tenant) { try $0.insert(person) })
    }

    @Test func whatSaysNothingOfTheMessageIsNotCountedAsAnAttempt() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let id = one.reply.id
        func attempts() async throws -> Int? { try await test.store.read(one.tenant) { try $0.reply(id)?.attempts } }
        func begin() async throws {
            try await test.store.write(one.tenant) { rows in
                try rows.move(id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now)
                try rows.move(id, from: [.sending], to: .queued, reason: nil, dueAt: test.now, now: test.now)
            }
        }
        for _ in 0..<3 { try await begin() }
        try await test.store.write(one.tenant) { try $0.forgetAttempt(id) }
        #expect(try await attempts() == 2)
        try await test.store.write(one.tenant) { try $0.countAttemptsAnew(id) }
        #expect(try await attempts() == 1)
        // Once something was sent it never looks untouched again.
        try await test.store.write(one.tenant) { try $0.countAttemptsAnew(id) }
        #expect(try await attempts() == 1)
        try await begin()
        try await test.store.write(one.tenant) { rows in
            try rows.move(id, from: [.queued], to: .failed, reason: .content, dueAt: nil, now: test.now)
            #expect(try rows.retry(id, now: test.now))
        }
        #expect(try await attempts() == 1)
    }

    @Test func aTextComposedByARuleThatNoLongerAnswersIsThrownAway() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let message = test.message("m2", in: one.conversation.id)
        let reply = test.reply(to: message, state: .composing)
        try await test.store.write(one.tenant) { rows in
            try rows.insert(message)
            try rows.insert(reply)
            try rows.recompose(reply.id, rule: "pain", now: test.now)
            #expect(try !rows.compose(reply.id, by: reply.rule, text: "x", parts: [], dueAt: test.now))
            #expect(try rows.reply(reply.id)?.state == .composing)
            #expect(try rows.compose(reply.id, by: "pain", text: "x", parts: [], dueAt: test.now))
            #expect(try rows.reply(reply.id)?.text == "x")
        }
    }

    @Test func manyTasksThatAnswerTheSameMessageInsertOneReply() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let message = test.message("m2", in: one.conversation.id)
        try await test.store.write(one.tenant) { _ = try $0.insert(message) }
        let inserted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                let reply = test.reply(to: message)
                group.addTask { try await test.store.write(one.tenant) { try $0.insert(reply) } }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(inserted == 1)
    }

    /// The index itself, beneath whatever a repository does.
    @Test func theDatabaseRefusesASecondAutomatedReply() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let copy = """
            INSERT INTO replies (tenant_id, id, conversation_id, in_reply_to, author, state, attempts, window_ends_at,
                created_at)
            SELECT tenant_id, ?2, conversation_id, in_reply_to, author, 'queued', 0, window_ends_at, created_at
            FROM replies WHERE tenant_id = ?1
            """
        let id: ReplyID = test.store.makeID(now: test.now)
        let error = await #expect(throws: StorageError.self) {
            try await test.engine.write(.tenant(one.tenant.raw)) { transaction in
                try transaction.execute(copy, [.id(one.tenant.raw), .id(id.raw)])
            }
        }
        #expect(error?.kind == .constraint)
    }

    @Test(arguments: [Reply.State.sending, .unknown], [Reply.State.sending, .unknown])
    func aConversationHasOneReplyInFlight(_ first: Reply.State, _ second: Reply.State) async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let message = test.message("m2", in: one.conversation.id)
        let other = test.reply(to: message)
        try await test.store.write(one.tenant) { rows in
            try rows.insert(message)
            try rows.insert(other)
            try rows.move(one.reply.id, from: [.queued], to: first, reason: nil, dueAt: nil, now: test.now)
        }
        let error = await #expect(throws: StorageError.self) {
            try await test.store.write(one.tenant) { rows in
                _ = try rows.move(other.id, from: [.queued], to: second, reason: nil, dueAt: nil, now: test.now)
            }
        }
        #expect(error?.kind == .constraint)
        // What is given up on lets the conversation go on.
        try await test.store.write(one.tenant) { rows in
            try rows.move(
                one.reply.id, from: [first], to: .held, reason: .outcomeUnknown, dueAt: nil, now: test.now)
            #expect(try rows.move(other.id, from: [.queued], to: second, reason: nil, dueAt: nil, now: test.now))
        }
    }

    @Test func manyThatWaitBehindAHeadDoNotHideIt() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let earlier = test.now.adding(seconds: -60)
        try await test.store.write(one.tenant) { rows in
            // Tried again later than those behind it were due.
            try rows.postpone(one.reply.id, until: test.now)
            for number in 2..<6 {
                let message = test.message("m\(number)", in: one.conversation.id)
                let behind = test.reply(to: message)
                try rows.insert(message)
                try rows.insert(behind)
                try rows.postpone(behind.id, until: earlier)
            }
        }
        let (all, own) = try await test.store.readGlobal(.shardLoad) { rows in
            (
                try rows.dueReplies(now: test.now, limit: 2).replies,
                try rows.dueReplies(of: one.tenant, now: test.now, limit: 2)
            )
        }
        #expect(all.map(\.id) == [one.reply.id])
        #expect(own.map(\.id) == [one.reply.id])
    }

    @Test func theHeadOfAConversationIsDueAndNothingBehindIt() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let message = test.message("m2", in: one.conversation.id)
        let behind = test.reply(to: message)
        try await test.store.write(one.tenant) { rows in
            try rows.insert(message)
            try rows.insert(behind)
        }
        func due() async throws -> [ReplyID] {
            try await test.store.readGlobal(.shardLoad) { try $0.dueReplies(now: test.now, limit: 10) }.replies.map(
                \.id)
        }
        #expect(try await due() == [one.reply.id])
        #expect(try await test.store.read(one.tenant) { try $0.isHead(behind) } == false)
        for state: Reply.State in [.sending, .unknown] {
            try await test.store.write(one.tenant) { rows in
                try rows.move(
                    one.reply.id, from: [.queued, .sending], to: state, reason: nil, dueAt: nil, now: test.now)
            }
            #expect(try await due() == [])
        }
        try await test.store.write(one.tenant) { rows in
            try rows.move(one.reply.id, from: [.unknown], to: .held, reason: .outcomeUnknown, dueAt: nil, now: test.now)
        }
        #expect(try await due() == [behind.id])
        #expect(try await test.store.read(one.tenant) { try $0.isHead(behind) })
    }

    @Test func aReplyMovesOnlyFromAStateThatItIsIn() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let moved = try await test.store.write(one.tenant) { rows in
            [
                try rows.move(one.reply.id, from: [.sending], to: .sent, reason: .sent, dueAt: nil, now: test.now),
                try rows.move(one.reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now),
                try rows.move(one.reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now),
                try rows.move(one.reply.id, from: [.sending], to: .sent, reason: .sent, dueAt: nil, now: test.now),
            ]
        }
        #expect(moved == [false, true, false, true])
        let reply = try await test.store.read(one.tenant) { try $0.reply(one.reply.id) }
        #expect(reply?.state == .sent && reply?.attempts == 1 && reply?.settledAt == test.now)
    }

    @Test func aPartSettlesOnce() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let part = try #require(one.reply.parts.first?.id)
        let steps = try await test.store.write(one.tenant) { rows in
            try rows.beginSending(part, now: test.now)
            return [
                try rows.settleUnknown(part, now: test.now), try rows.settleSent(part, mid: "sent-1", now: test.now),
                try rows.settleSent(part, mid: "sent-2", now: test.now),
                try rows.settleNotSent(part, .queued, now: test.now), try rows.settleUnknown(part, now: test.now),
            ]
        }
        #expect(steps == [true, true, false, false, false])
        let found = try await test.store.read(one.tenant) { (try $0.part(mid: "sent-1"), try $0.part(mid: "sent-2")) }
        #expect(found.0?.id == part && found.0?.state == .sent)
        #expect(found.1 == nil)
    }

    /// A killed process may have sent what it called `sending`.
    @Test func aStartTurnsSendingIntoUnknown() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let part = try #require(one.reply.parts.first?.id)
        let readAt = test.now.adding(seconds: 2)
        try await test.store.write(one.tenant) { rows in
            try rows.move(one.reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now)
            try rows.beginSending(part, now: test.now)
        }
        #expect(
            try await test.store.readGlobal(.shardLoad) { try $0.tenantsWithInterruptedWork(now: test.now) }
                == [one.tenant])
        try await test.store.write(one.tenant) { try $0.rescueSends(now: test.now, readAt: readAt) }
        let reply = try #require(try await test.store.read(one.tenant) { try $0.reply(one.reply.id) })
        #expect(reply.state == .unknown && reply.dueAt == readAt)
        #expect(reply.parts.map(\.state) == [.unknown])
        #expect(try await test.store.read(one.tenant) { try $0.openParts(of: one.conversation.id) }.map(\.id) == [part])
    }

    @Test func heldRepliesAreQueuedAgainByTheirReasonAlone() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        try await test.store.write(one.tenant) { rows in
            try rows.move(
                one.reply.id, from: [.queued], to: .held, reason: .outcomeUnknown, dueAt: nil, now: test.now)
        }
        let counts = try await test.store.write(one.tenant) { rows in
            [
                try rows.requeueHeld(.waitingForReconnect, now: test.now),
                try rows.requeueHeld(.outcomeUnknown, now: test.now),
            ]
        }
        #expect(counts == [0, 1])
    }

    @Test(.sqliteOnly) func theTextOfAReplyComesBackAndNoneIsReadableOnDisk() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let reply = try #require(try await test.store.read(one.tenant) { try $0.reply(one.reply.id) })
        #expect(reply == one.reply)
        let message = try await test.store.read(one.tenant) { try $0.message(mid: Correspondent.mid) }
        #expect(message?.text == Correspondent.text)
        let disk = try test.bytesOnDisk()
        #expect(disk.range(of: Data(Correspondent.account.utf8)) != nil, "the search itself must work")
        let secrets = [
            Correspondent.text, Correspondent.answer, Correspondent.igsid, "anna_patientin", "Zahnschmerzen",
        ]
        for secret in secrets { #expect(disk.range(of: Data(secret.utf8)) == nil) }
    }
}
