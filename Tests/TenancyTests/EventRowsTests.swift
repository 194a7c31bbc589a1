import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct EventRowsTests {
    private func events(_ test: TestStore, _ tenant: TenantID) async throws -> [Event] {
        var filter = EventFilter()
        filter.tenantID = tenant
        return try await test.store.events(filter, limit: 100).items.reversed()
    }

    @Test func anExactRedeliveryAddsNoRowButACount() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let body = Array(#"{"sender":{"id":"1"},"message":{"mid":"m1","text":"hallo"}}"#.utf8)
        for expected in [1, 0, 0] {
            let event = try await test.event(of: tenant, bytes: body)
            #expect(try await test.store.writeGlobal(.ingest) { try $0.append([event]) } == expected)
        }
        #expect(try await events(test, tenant).map(\.deliveries) == [3])
    }

    @Test func oneBatchMayHoldTheSameItemTwice() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let first = try await test.event(of: tenant, bytes: [1])
        let again = try await test.event(of: tenant, bytes: [1])
        let other = try await test.event(of: tenant, bytes: [2])
        #expect(try await test.store.writeGlobal(.ingest) { try $0.append([first, again, other]) } == 2)
        #expect(try await events(test, tenant).map(\.deliveries) == [2, 1])
    }

    @Test func everyRedeliveryOfABatchIsCounted() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        for _ in 0..<2 {
            var made: [NewEvent] = []
            for number in 0..<40 { made.append(try await test.event(of: tenant, bytes: [UInt8(number)])) }
            let all = made
            try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        }
        #expect(try await events(test, tenant).map(\.deliveries) == Array(repeating: 2, count: 40))
    }

    @Test func accountsThatRouteToNobodyAreAllFound() async throws {
        let test = try await TestStore()
        var made: [NewEvent] = []
        for number in 0..<7 {
            made.append(try await test.event(of: .system, account: "10\(number)", bytes: [UInt8(number)]))
        }
        let all = made
        try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        try await test.store.write(.system) { rows in
            for event in all { try rows.settle(event.id, EventVerdict(.parked, .unrouted), now: test.now) }
        }
        var found: [String] = []
        while true {
            let next = try await test.store.read(.system) { [last = found.last ?? ""] rows in
                try rows.unroutedAccounts(after: last, limit: 3)
            }
            found += next
            if next.count < 3 { break }
        }
        #expect(found == (0..<7).map { "10\($0)" })
    }

    @Test func aTurnGoesOnWithWhoeverHadNoRoom() {
        let tenants = (1...4).map { TenantID(Identifier(high: 0, low: $0)) }
        let turn = TenantsInTurn(tenants: tenants, last: tenants[3])
        #expect(turn.next(leaving: nil, from: nil) == tenants[3])
        #expect(turn.next(leaving: tenants[2], from: nil) == tenants[1])
        #expect(turn.next(leaving: tenants[0], from: nil) == nil)
        #expect(turn.next(leaving: tenants[0], from: tenants[3]) == tenants[3])
    }

    @Test func whatDiffersInAnythingIsAnotherEvent() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let keys = try await test.store.keys(of: tenant)
        let base = ("instagram", "instagram", "1", "messaging", [UInt8]([1]))
        var variants = [base, base, base, base, base, base]
        variants[1].0 = "facebook"
        variants[2].1 = "page"
        variants[3].2 = "2"
        variants[4].3 = "standby"
        variants[5].4 = [1, 0]
        let made = try variants.map { app, object, account, container, bytes in
            try NewEvent(
                id: test.store.makeID(now: test.now), tenantID: tenant, keys: keys, receivedAt: test.now, app: app,
                object: object, accountID: account, container: container, siblings: 1, bytes: bytes)
        }
        #expect(try await test.store.writeGlobal(.ingest) { try $0.append(made) } == 6)
        #expect(Set(made.map(\.dedup)).count == 6)
    }

    @Test func theSameItemOfTwoTenantsIsTwoEvents() async throws {
        let test = try await TestStore()
        let (one, other) = (try await test.tenant("A").id, try await test.tenant("B").id)
        let made = [try await test.event(of: one, bytes: [1]), try await test.event(of: other, bytes: [1])]
        #expect(try await test.store.writeGlobal(.ingest) { try $0.append(made) } == 2)
        #expect(made[0].dedup != made[1].dedup)
    }

    @Test func aPayloadOpensForItsOwnEventAlone() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let event = try await test.event(of: tenant, bytes: Array("payload".utf8))
        let other = try await test.event(of: tenant, bytes: Array("other".utf8))
        try await test.store.writeGlobal(.ingest) { try $0.append([event, other]) }
        let keys = try await test.store.keys(of: tenant)
        let due = try await test.store.read(tenant) { try $0.dueEvents(now: test.now, limit: 10) }
        #expect(
            try due.map { try keys.open(try #require($0.sealed), at: .eventPayload($0.event.id)) }
                == [Array("payload".utf8), Array("other".utf8)])
        let sealed = try #require(due.first?.sealed)
        #expect(throws: (any Error).self) { try keys.open(sealed, at: .eventPayload(other.id)) }
        #expect(throws: (any Error).self) { try keys.open(sealed, at: .eventSender(event.id)) }
    }

    @Test func dueEventsComeInTheOrderInWhichTheyBecameDue() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        var made: [NewEvent] = []
        for (index, seconds) in [30, 10, 20, 10, 40].enumerated() {
            made.append(
                try await test.event(of: tenant, at: test.now.adding(seconds: seconds), bytes: [UInt8(index)]))
        }
        let all = made
        try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        let due = try await test.store.read(tenant) { rows in
            try rows.dueEvents(now: test.now.adding(seconds: 30), limit: 10).map(\.event.id)
        }
        #expect(due == [made[1].id, made[3].id, made[2].id, made[0].id])
        let next = try await test.store.readGlobal(.shardLoad) {
            try $0.nextDueEvent(after: test.now.adding(seconds: 30))
        }
        #expect(next == test.now.adding(seconds: 40))
    }

    @Test func theTenantThatWaitsLongestComesFirstAndEachOnce() async throws {
        let test = try await TestStore()
        let (one, other) = (try await test.tenant("A").id, try await test.tenant("B").id)
        var made: [NewEvent] = []
        for index in 0..<4 { made.append(try await test.event(of: one, at: test.now, bytes: [UInt8(index)])) }
        made.append(try await test.event(of: other, at: test.now.adding(seconds: -5), bytes: [9]))
        let all = made
        try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        let due = try await test.store.readGlobal(.shardLoad) { try $0.tenantsWithDueEvents(now: test.now, limit: 100) }
        #expect(due.tenants == [other, one] && !due.isCutOff)
        let cut = try await test.store.readGlobal(.shardLoad) { try $0.tenantsWithDueEvents(now: test.now, limit: 3) }
        #expect(cut.isCutOff)
    }

    @Test func oneTenantsBacklogHidesNobody() async throws {
        let test = try await TestStore()
        var tenants: [TenantID] = []
        for name in ["A", "B", "C", "D"] { tenants.append(try await test.tenant(name).id) }
        var made: [NewEvent] = []
        for index in 0..<50 {
            made.append(try await test.event(of: tenants[0], at: test.now.adding(seconds: -99), bytes: [UInt8(index)]))
        }
        made.append(try await test.event(of: tenants[1], at: test.now, bytes: [1]))
        // Waits, but not yet.
        made.append(try await test.event(of: tenants[2], at: test.now.adding(seconds: 5), bytes: [2]))
        made.append(try await test.event(of: tenants[3], at: test.now, bytes: [3]))
        let all = made
        try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        let oldest = try await test.store.readGlobal(.shardLoad) {
            try $0.tenantsWithDueEvents(now: test.now, limit: 20)
        }
        #expect(oldest.tenants == [tenants[0]] && oldest.isCutOff)
        func turn(after tenant: TenantID?, limit: Int) async throws -> TenantsInTurn {
            try await test.store.readGlobal(.shardLoad) {
                try $0.tenantsWithDueEvents(after: tenant, now: test.now, limit: limit)
            }
        }
        #expect(
            try await turn(after: nil, limit: 9)
                == TenantsInTurn(tenants: [tenants[0], tenants[1], tenants[3]], last: nil))
        // In steps: the one that is not due is passed by.
        #expect(
            try await turn(after: nil, limit: 3) == TenantsInTurn(tenants: [tenants[0], tenants[1]], last: tenants[2]))
        #expect(try await turn(after: tenants[2], limit: 3) == TenantsInTurn(tenants: [tenants[3]], last: nil))
        #expect(try await turn(after: tenants[3], limit: 3) == TenantsInTurn(tenants: [], last: nil))
    }

    @Test func whatIsSettledIsNotDue() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let event = try await test.event(of: tenant, bytes: [1])
        try await test.store.writeGlobal(.ingest) { try $0.append([event]) }
        try await test.store.write(tenant) { rows in
            try rows.settle(event.id, EventVerdict(.done, .recorded, strategy: "payload", igsid: "42"), now: test.now)
        }
        #expect(
            try await test.store.read(tenant) { try $0.dueEvents(now: test.now.adding(seconds: 999), limit: 9) }.isEmpty
        )
        let stored = try await test.store.event(event.id)
        #expect(stored?.igsid == "42" && stored?.strategy == "payload" && stored?.state == .done)
        // Neither is it replayed.
        #expect(try await test.store.write(tenant) { try $0.replayEvent(event.id, now: test.now) } == false)
    }

    @Test(arguments: [Event.State.parked, .failed])
    func whatIsParkedOrFailedIsReplayed(_ state: Event.State) async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let event = try await test.event(of: tenant, bytes: [1])
        try await test.store.writeGlobal(.ingest) { try $0.append([event]) }
        try await test.store.write(tenant) { rows in
            try rows.settle(event.id, EventVerdict(state, state == .failed ? .error : .directionUnknown), now: test.now)
        }
        #expect(try await test.store.write(tenant) { try $0.replayEvent(event.id, now: test.now) })
        let due = try await test.store.read(tenant) { try $0.dueEvents(now: test.now, limit: 9) }
        #expect(due.map(\.event.id) == [event.id])
    }

    @Test func wakingLooksAtTheReason() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let reasons: [(Event.State, Event.Reason?)] = [
            (.parked, .senderUnresolved), (.parked, .directionUnknown), (.received, .awaitingMessage), (.done, .echo),
        ]
        var made: [NewEvent] = []
        for index in reasons.indices { made.append(try await test.event(of: tenant, bytes: [UInt8(index)])) }
        let all = made
        try await test.store.writeGlobal(.ingest) { try $0.append(all) }
        try await test.store.write(tenant) { rows in
            for (event, reason) in zip(all, reasons) {
                try rows.describe(
                    event.id, EventDigest(kind: "edit", mid: "m", thread: ["a", "t"], structure: "{}"))
                try rows.settle(event.id, EventVerdict(reason.0, reason.1), now: test.now)
            }
        }
        func due() async throws -> [EventID] {
            try await test.store.read(tenant) { try $0.dueEvents(now: test.now, limit: 9) }.map(\.event.id)
        }
        #expect(try await due().isEmpty)
        try await test.store.write(tenant) { try $0.wakeEvents(ofThread: ["a", "other"], now: test.now) }
        #expect(try await due().isEmpty)
        try await test.store.write(tenant) { try $0.wakeEvents(ofThread: ["a", "t"], now: test.now) }
        #expect(try await due() == [made[0].id])
        try await test.store.write(tenant) { try $0.wakeEvents(awaiting: "m", now: test.now) }
        #expect(try await due() == [made[0].id, made[2].id])
        #expect(try await test.store.write(tenant) { try $0.drainParked([.directionUnknown], now: test.now) } == 1)
        #expect(try await due() == [made[0].id, made[1].id, made[2].id])
    }

    @Test func aMidThatCannotBeStoredStaysInThePayloadAndIsFoundByItsDigest() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        for mid in ["with\u{0}zero", String(repeating: "x", count: 9000)] {
            let event = try await test.event(of: tenant, bytes: Array(mid.utf8))
            try await test.store.writeGlobal(.ingest) { try $0.append([event]) }
            try await test.store.write(tenant) { rows in
                try rows.describe(event.id, EventDigest(kind: "edit", mid: mid, thread: nil, structure: "{}"))
                try rows.settle(event.id, EventVerdict(.received, .awaitingMessage), now: test.now)
                try rows.wakeEvents(awaiting: mid, now: test.now)
            }
            let stored = try #require(try await test.store.event(event.id))
            #expect(stored.mid == nil)
            #expect(stored.dueAt == test.now)
        }
    }
}
