import MetaSandbox
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The database refuses one row: its neighbours are stored, and it is kept where anything can be kept.
@Suite(.serialized, .hangLimit) struct OddRowStories {
    private static let names = ["dr_lind", "dr_moreau", "dr_novak"]

    /// - Parameter batch: items of one POST; with 1 they come as requests beside each other.
    @Test(arguments: [10, 1])
    func anEventThatTheDatabaseRefusesTakesNoOtherWithIt(batch: Int) async throws {
        let world = try await PracticeWorld()
        for name in Self.names { try await world.addPractice(name, flow: .instagramLogin, rules: AnswerTests.anything) }
        let practices = world.practices.withLock { $0 }
        let odd = practices[1].account.id
        _ = try await world.sql(
            """
            CREATE TRIGGER odd BEFORE INSERT ON events WHEN NEW.account_id = '\(odd)' BEGIN
                SELECT RAISE(ABORT, 'odd');
            END
            """)
        // Answers may go out while deliveries are counted: their echoes are not to be among them.
        world.sandbox.switchOn(FaultRule(.echoMissing))
        world.sandbox.pauseDeliveries(true)
        world.sandbox.configure { $0.batchSize = batch }
        for person in ["anna", "bert"] {
            for name in Self.names { try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: name) }
        }
        world.sandbox.pauseDeliveries(false)
        await world.sandbox.drain()
        #expect(world.sandbox.deliveries.allSatisfy { $0.statuses == [200] })
        #expect(world.sandbox.deliveries.count == (batch == 1 ? 6 : 1))
        let events = try await world.events()
        for practice in [practices[0], practices[2]] {
            #expect(events.count { $0.tenantID == practice.tenant && $0.accountID == practice.account.id } == 2)
        }
        // The odd ones lie with nobody's name on them, whole and sealed.
        let kept = events.filter { $0.tenantID == .system }
        #expect(kept.count == 2)
        #expect(kept.allSatisfy { $0.accountID.isEmpty })
        let keys = try await world.store.keys(of: .system)
        for event in kept {
            let row = try await world.sql("SELECT payload FROM events WHERE id = ?1", [.id(event.id.raw)]).first
            var columns = try #require(row).columns
            let bytes = try keys.open(try columns.blob(), at: .eventPayload(event.id))
            #expect(String(decoding: bytes, as: UTF8.self).contains("hello"))
        }
        try await world.settle()
        #expect(Set(world.sandbox.sends().map(\.account)) == [practices[0].account.id, practices[2].account.id])
        #expect(world.sandbox.sends().count == 4)
        await world.end()
    }

    @Test func whatCannotBeStoredAtAllIsNotAcknowledged() async throws {
        let world = try await PracticeWorld()
        try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        _ = try await world.sql(
            "CREATE TRIGGER odd BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'odd'); END")
        try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: "dr_lind")
        await world.sandbox.drain()
        #expect(world.sandbox.deliveries.map(\.statuses) == [[503]])
        _ = try await world.sql("DROP TRIGGER odd")
        world.sandbox.hurryRetries()
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["anna"])
        await world.end()
    }

    @Test func anUnroutedEventThatCannotBeOpenedKeepsNoOtherBack() async throws {
        let world = try await PracticeWorld()
        let practice = try await world.addPractice(
            "dr_lind", flow: .instagramLogin, rules: AnswerTests.anything, connected: false)
        for person in ["anna", "bert"] {
            try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
            try await world.settle()
        }
        let unrouted = try await world.events().filter { $0.tenantID == .system && $0.reason == .unrouted }
        let spoiled = try #require(unrouted.first)
        _ = try await world.sql("UPDATE events SET payload = x'0102' WHERE id = ?1", [.id(spoiled.id.raw)])
        try await world.connect(practice)
        try await world.settle()
        #expect(world.sandbox.sends().map(\.person) == ["bert"])
        let left = try #require(try await world.events().first { $0.id == spoiled.id })
        #expect(left.tenantID == .system && left.state == .failed)
        await world.end()
    }

    /// The key of one practice is not configured any more: its trouble, and not that of those in the same POST.
    @Test func aPracticeWhoseKeyCannotBeHadTakesNoOtherWithIt() async throws {
        let world = try await PracticeWorld()
        for name in Self.names { try await world.addPractice(name, flow: .instagramLogin, rules: AnswerTests.anything) }
        let practices = world.practices.withLock { $0 }
        let odd = practices[1]
        let id = SQLValue.id(odd.tenant.raw)
        var columns = try #require(try await world.sql("SELECT key_id FROM tenants WHERE id = ?1", [id]).first).columns
        let key = try columns.text()
        _ = try await world.sql("UPDATE tenants SET key_id = 'gone' WHERE id = ?1", [id])
        try await world.crash()
        world.sandbox.switchOn(FaultRule(.echoMissing))
        world.sandbox.pauseDeliveries(true)
        world.sandbox.configure { $0.batchSize = 10 }
        for name in Self.names { try world.sandbox.write(SandboxContent(text: "hello"), from: "anna", to: name) }
        world.sandbox.pauseDeliveries(false)
        await world.sandbox.drain()
        #expect(world.sandbox.deliveries.map(\.statuses) == [[200]])
        try await world.settle()
        #expect(Set(world.sandbox.sends().map(\.account)) == [practices[0].account.id, practices[2].account.id])
        // The key is there again: what waited is answered.
        _ = try await world.sql("UPDATE tenants SET key_id = ?2 WHERE id = ?1", [id, .text(key)])
        try await world.crash()
        try await world.pass(seconds: 60)
        #expect(Set(world.sandbox.sends().map(\.account)) == Set(practices.map(\.account.id)))
        await world.end()
    }
}
