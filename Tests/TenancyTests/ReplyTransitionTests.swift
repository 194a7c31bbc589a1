import Storage
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// Whoever counts replies hears of each that came into another state, whatever moved it.
@Suite(.everyEngine) struct ReplyTransitionTests {
    private final class Heard: Sendable {
        let states = Mutex<[ReplyTransition]>([])

        func take() -> [ReplyTransition] {
            states.withLock { states in
                defer { states = [] }
                return states
            }
        }
    }

    private func world() async throws -> (TestStore, TenancyStore, Correspondent, Heard) {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let heard = Heard()
        let store = TenancyStore(engine: test.engine, keyRing: test.store.keyRing) { transitions in
            heard.states.withLock { $0 += transitions }
        }
        return (test, store, one, heard)
    }

    @Test func aSentReplyTellsHowLongItTookSinceItsWebhook() async throws {
        let (test, store, one, heard) = try await world()
        let (reply, now) = (one.reply.id, test.now)
        try await store.write(one.tenant) { rows in
            try rows.move(reply, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: now)
            // Put off, and not in another state.
            try rows.move(reply, from: [.sending], to: .sending, reason: nil, dueAt: nil, now: now)
            let sentAt = now.adding(seconds: 3)
            try rows.move(reply, from: [.sending], to: .sent, reason: .sent, dueAt: nil, now: sentAt)
            try rows.move(reply, from: [.sending], to: .failed, reason: nil, dueAt: nil, now: sentAt)
        }
        #expect(heard.take() == [ReplyTransition(.sending), ReplyTransition(.sent, sinceWebhook: 3_000)])
    }

    @Test func sweepsAndHandsTellWhatTheyMove() async throws {
        let (test, store, one, heard) = try await world()
        let (reply, now) = (one.reply.id, test.now)
        let part = try #require(one.reply.parts.first?.id)
        try await store.write(one.tenant) { rows in
            try rows.move(reply, from: [.queued], to: .held, reason: .waitingForReconnect, dueAt: nil, now: now)
            try rows.requeueHeld(.waitingForReconnect, now: now)
            try rows.move(reply, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: now)
            try rows.beginSending(part, now: now)
        }
        #expect(heard.take().map(\.state) == [.held, .queued, .sending])
        try await store.write(one.tenant) { try $0.rescueSends(now: now, readAt: now) }
        #expect(heard.take().map(\.state) == [.unknown])
        let next = test.reply(to: one.message, author: .person)
        try await store.write(one.tenant) { rows in
            try rows.insert(next)
            try rows.cancelAutomated(in: one.conversation.id, reason: .personAnswered, now: now)
        }
        // The unknown one may have gone out, the other is a person's: neither is cancelled.
        #expect(heard.take().map(\.state) == [.queued])
        try await store.write(one.tenant) { rows in
            try rows.move(reply, from: [.unknown], to: .queued, reason: nil, dueAt: now, now: now)
            try rows.cancelAutomated(in: one.conversation.id, reason: .personAnswered, now: now)
        }
        #expect(heard.take().map(\.state) == [.queued, .cancelled])
    }

    @Test func whatIsRolledBackIsNotTold() async throws {
        let (test, store, one, heard) = try await world()
        let (reply, now) = (one.reply.id, test.now)
        await #expect(throws: StorageError.self) {
            try await store.write(one.tenant) { rows in
                try rows.move(reply, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: now)
                throw StorageError(.other, "no commit")
            }
        }
        #expect(heard.take().isEmpty)
    }
}
