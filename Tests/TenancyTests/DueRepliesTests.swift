import Storage
import TestSupport
import Testing

@testable import Tenancy

/// What may not be sent hides nothing that may.
@Suite(.everyEngine) struct DueRepliesTests {
    /// Two tenants, each with a queued reply; the first answers through a flow of its own.
    private func world() async throws -> (test: TestStore, silent: Correspondent, other: Correspondent) {
        let test = try await TestStore()
        let silent = try await Correspondent(in: test, tenant: try await test.tenant("A").id)
        let other = try await Correspondent(in: test, tenant: try await test.tenant("B").id)
        for (one, flow, account) in [(silent, "one_flow", "1"), (other, "other_flow", "2")] {
            let connection = test.connection(of: one.tenant, account: account) { $0.flow = Flow(rawValue: flow) }
            try await test.store.write(one.tenant) { try $0.insertConnection(connection) }
        }
        return (test, silent, other)
    }

    private func due(
        _ test: TestStore, limit: Int = 10, _ change: (inout SendingLimits) -> Void = { _ in }
    ) async throws -> (replies: [DueReply], isCutOff: Bool) {
        var limits = SendingLimits()
        change(&limits)
        let asked = limits
        return try await test.store.readGlobal(.shardLoad) {
            try $0.dueReplies(now: test.now, sending: asked, limit: limit)
        }
    }

    @Test func aBlockedFlowsRepliesAreLeftOutAndTheOthersTellTheirFlow() async throws {
        let (test, silent, other) = try await world()
        #expect(Set(try await due(test).replies.map(\.id)) == [silent.reply.id, other.reply.id])
        #expect(try await due(test).replies.allSatisfy { $0.flow == nil })
        let found = try await due(test, limit: 2) { limits in
            limits.needsFlow = true
            limits.blockedFlows = [Flow(rawValue: "one_flow"), Flow(rawValue: "flow")]
        }
        #expect(found.replies.map(\.id) == [other.reply.id] && !found.isCutOff)
        #expect(found.replies.map(\.flow) == [Flow(rawValue: "other_flow")])
        let own = try await test.store.readGlobal(.shardLoad) { rows in
            var limits = SendingLimits()
            limits.blockedFlows = [Flow(rawValue: "one_flow")]
            return try [silent, other].map {
                try rows.dueReplies(of: $0.tenant, now: test.now, sending: limits, limit: 10).map(\.id)
            }
        }
        #expect(own == [[], [other.reply.id]])
    }

    /// Held replies were the price: Meta shows only the newest messages, and a backlog hid the reading until it was late.
    @Test func aReadingIsFoundHoweverManyOlderRepliesAreDue() async throws {
        let (test, silent, other) = try await world()
        let later = test.now.adding(seconds: 100)
        try await test.store.write(other.tenant) { rows in
            try rows.move(
                other.reply.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: test.now)
            try rows.move(
                other.reply.id, from: [.sending], to: .unknown, reason: .outcomeUnknown, dueAt: later, now: test.now)
        }
        func readings(_ moment: Timestamp) async throws -> [ReplyID] {
            try await test.store.readGlobal(.shardLoad) { try $0.dueReadings(now: moment, limit: 1).map(\.id) }
        }
        #expect(try await readings(test.now).isEmpty)
        #expect(try await readings(later) == [other.reply.id])
        let oldest = try await test.store.readGlobal(.shardLoad) { try $0.dueReplies(now: later, limit: 1).replies }
        #expect(oldest.map(\.id) == [silent.reply.id])
    }

    @Test func whoHasSwitchedSendingOffIsLeftOut() async throws {
        let (test, silent, other) = try await world()
        try await test.store.setSwitches(Switches(sending: false), of: silent.tenant, by: .service, now: test.now)
        let found = try await due(test, limit: 2) { $0.someAreOff = true }
        #expect(found.replies.map(\.id) == [other.reply.id] && !found.isCutOff)
        #expect(try await due(test) { $0.isOn = false }.replies.isEmpty)
        // What is to be written or read back is no sending.
        for state: Reply.State in [.sending, .unknown] {
            try await test.store.write(silent.tenant) { rows in
                try rows.move(
                    silent.reply.id, from: [.queued, .sending], to: state, reason: nil, dueAt: test.now, now: test.now)
            }
        }
        let both = try await due(test) { limits in
            limits.someAreOff = true
            limits.blockedFlows = [Flow(rawValue: "one_flow")]
        }
        #expect(Set(both.replies.map(\.id)) == [silent.reply.id, other.reply.id])
    }
}
