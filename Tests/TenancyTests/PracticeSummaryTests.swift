import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct PracticeSummaryTests {
    /// A message with a reply that was sent some seconds after `now`.
    private func answer(
        _ mid: String, of one: Correspondent, in test: TestStore, author: Reply.Author = .machine,
        state: Reply.State = .sent, settledIn seconds: Int
    ) async throws {
        let message = test.message(mid, in: one.conversation.id, sentIn: seconds - 5)
        var reply = test.reply(to: message, author: author, state: state)
        reply.dueAt = nil
        reply.settledAt = state == .sent ? test.now.adding(seconds: seconds) : nil
        let stored = reply
        try await test.store.write(one.tenant) { rows in
            _ = try rows.insert(message)
            _ = try rows.insert(stored)
        }
        // Whatever an insert takes over of it.
        let values: [SQLValue] = [
            .id(one.tenant.raw), .id(stored.id.raw), .text(state.rawValue),
            .integer(stored.settledAt?.milliseconds),
        ]
        try await test.engine.write(.tenant(one.tenant.raw)) { transaction in
            _ = try transaction.execute(
                "UPDATE replies SET state = ?3, settled_at = ?4 WHERE tenant_id = ?1 AND id = ?2", values)
        }
    }

    @Test func aPracticeWithoutMessagesHasNoneOfIt() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let summary = try await test.store.read(tenant) { try $0.practiceSummary(startOfDay: test.now) }
        #expect(summary == PracticeSummary())
    }

    @Test func theDayCountsFromItsBeginningAndForOneTenant() async throws {
        let test = try await TestStore()
        let one = try await Correspondent(in: test, tenant: try await test.tenant().id)
        let other = try await Correspondent(in: test, tenant: try await test.tenant("Praxis Süd").id)
        // One that waited for a reconnect: made first, sent last.
        try await answer("m0", of: one, in: test, author: .person, settledIn: 60)
        try await answer("m1", of: one, in: test, settledIn: 10)
        try await answer("m2", of: one, in: test, settledIn: 20)
        try await answer("m3", of: one, in: test, author: .person, settledIn: 30)
        try await answer("m4", of: one, in: test, state: .failed, settledIn: 40)
        try await answer("m5", of: other, in: test, settledIn: 50)
        let summary = { (start: Int) in
            try await test.store.read(one.tenant) { rows in
                try rows.practiceSummary(startOfDay: test.now.adding(seconds: start))
            }
        }
        let day = try await summary(0)
        #expect(day.answeredToday == 2)
        #expect(day.lastMessageAt == test.now.adding(seconds: 55))
        #expect(day.lastReplyAt == test.now.adding(seconds: 60))
        #expect(try await summary(20).answeredToday == 1)
        #expect(try await summary(21).answeredToday == 0)
    }
}
