import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Whatever narrows a list, its pages together hold each fitting event once, in order.
@Suite(.everyEngine, .hangLimit) struct EventPageTests {
    /// Every page of a list.
    private func walk(
        _ filter: EventFilter, _ database: TestStore, limit: Int
    ) async throws -> (ids: [EventID], pages: Int) {
        var (ids, pages) = ([EventID](), 0)
        var cursor: Identifier?
        repeat {
            let page = try await database.store.events(filter, before: cursor, limit: limit)
            #expect(page.items.count <= limit)
            ids += page.items.map(\.id)
            pages += 1
            if let next = page.next, let cursor { #expect(next < cursor) }
            cursor = page.next
        } while cursor != nil && pages < 1000
        return (ids, pages)
    }

    private func fits(_ row: ManyRows.Row, _ filter: EventFilter) -> Bool {
        (filter.tenantID.map { row.tenant == $0 } ?? true) && (filter.accountID.map { row.account == $0 } ?? true)
            && (filter.state.map { row.state == $0 } ?? true) && (filter.reason.map { row.reason == $0 } ?? true)
            && (filter.kind.map { row.kind == $0 } ?? true)
            && (filter.receivedAfter.map { row.receivedAt >= $0 } ?? true)
            && (filter.receivedBefore.map { row.receivedAt < $0 } ?? true)
    }

    @Test func pagesHoldEveryFittingEventOnce() async throws {
        let database = try await TestStore()
        let rows = try await ManyRows.fill(database)
        let middle = rows.events[6000].receivedAt
        var filters: [EventFilter] = []
        func add(_ change: (inout EventFilter) -> Void) {
            var filter = EventFilter()
            change(&filter)
            filters.append(filter)
        }
        let states: [Event.State?] = [nil] + Event.State.allCases
        let reasons: [Event.Reason?] = [
            nil, .unrouted, .senderUnresolved, .error, .replied, .echo, .editNoise, .loopGuard,
        ]
        for state in states {
            for reason in reasons {
                add { ($0.state, $0.reason) = (state, reason) }
                add { ($0.state, $0.reason, $0.tenantID) = (state, reason, rows.main) }
                add { ($0.state, $0.reason, $0.accountID) = (state, reason, rows.moved.account) }
            }
        }
        for kind in ["message", "reaction", "edit", "comment"] {
            add { $0.kind = kind }
            add { ($0.kind, $0.tenantID) = (kind, rows.main) }
            add { ($0.kind, $0.state) = (kind, .parked) }
        }
        add { $0.receivedAfter = middle }
        add { $0.receivedBefore = middle }
        add { ($0.receivedAfter, $0.receivedBefore) = (middle, middle.adding(seconds: 100)) }
        add { ($0.receivedBefore, $0.reason) = (middle, .loopGuard) }
        add { ($0.tenantID, $0.accountID) = (.system, ManyRows.account(99)) }
        add { $0.accountID = "nobody's" }
        for filter in filters {
            let expected = rows.events.reversed().filter { fits($0, filter) }.map(\.id)
            let found = try await walk(filter, database, limit: 200)
            #expect(found.ids == expected, "\(filter): \(found.ids.count) instead of \(expected.count)")
        }
    }

    /// One page looks at a bounded number of rows, and says where it has come to.
    @Test func aPageEndsWhereFewRowsFit() async throws {
        let database = try await TestStore()
        let rows = try await ManyRows.fill(database)
        var rare = EventFilter()
        rare.reason = .editNoise
        let first = try await database.store.events(rare, limit: 50)
        #expect(first.items.count < 50)
        #expect(first.next == rows.events[rows.events.count - ListWindow.size].id.raw)
        let found = try await walk(rare, database, limit: 50)
        #expect(found.ids.count == 4 && found.pages == rows.events.count / ListWindow.size + 1)
        // What an index answers comes in one piece.
        rare.reason = .loopGuard
        #expect(try await walk(rare, database, limit: 50).pages == 1)
    }

    @Test func aTimeBeyondWhatIDsHoldIsNoRange() async throws {
        let database = try await TestStore()
        let rows = try await ManyRows.fill(database, step: 10)
        var filter = EventFilter()
        filter.receivedBefore = Timestamp(milliseconds: .max)
        #expect(
            try await database.store.events(filter, limit: 5).items.map(\.id)
                == rows.events.suffix(5).reversed().map(\.id))
        filter.receivedAfter = Timestamp(milliseconds: .max)
        #expect(try await database.store.events(filter, limit: 5).items.isEmpty)
        filter = EventFilter()
        filter.receivedAfter = Timestamp(milliseconds: .min)
        #expect(try await database.store.events(filter, limit: 5).items.count == 5)
    }
}
