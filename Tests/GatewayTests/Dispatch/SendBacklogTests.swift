import Storage
import Tenancy
import Testing

@testable import Gateway

struct SendBacklogTests {
    private static let now = Timestamp(milliseconds: 1_900_000_000_000)

    private let tenants = (0..<3).map { TenantID(Identifier(high: 0x0199_8a5e_7c00_7000, low: 0x8000 << 48 | $0)) }

    private func at(_ milliseconds: Int64) -> Timestamp { Self.now.adding(milliseconds: milliseconds) }

    @Test func whoHasFewRepliesWaitingIsAlwaysAdmitted() {
        var backlog = SendBacklog()
        let (a, b) = (tenants[0], tenants[1])
        let hasLeft = backlog.observe(waiting: [a: SendBacklog.most], hasSeen: { _ in true })
        #expect(!hasLeft && !backlog.contains(a))
        let admitted = backlog.admit([a, b], now: Self.now)
        #expect(admitted.tenants == [a, b])
        #expect(admitted.next == nil)
    }

    @Test func theCrowdIsTakenUpOneAtATimeInTurn() {
        var backlog = SendBacklog()
        let (a, b, c) = (tenants[0], tenants[1], tenants[2])
        let many = SendBacklog.most + 1
        _ = backlog.observe(waiting: [a: many, b: many], hasSeen: { _ in true })
        let first = backlog.admit([a, b, c], now: at(0))
        #expect(first.tenants == [a, c])
        #expect(first.next == at(SendBacklog.interval))
        // Before its time only those who are not of the crowd.
        #expect(backlog.admit([a, b, c], now: at(SendBacklog.interval - 1)).tenants == [c])
        #expect(backlog.admit([a, b, c], now: at(SendBacklog.interval)).tenants == [b, c])
        #expect(backlog.admit([a, b], now: at(2 * SendBacklog.interval)).tenants == [a])
        // Alone it is never stopped.
        #expect(backlog.admit([a], now: at(3 * SendBacklog.interval)).tenants == [a])
    }

    @Test func whoWasNotSeenStaysInTheCrowd() {
        var backlog = SendBacklog()
        let (a, b) = (tenants[0], tenants[1])
        let many = SendBacklog.most + 1
        _ = backlog.observe(waiting: [a: many, b: many], hasSeen: { _ in true })
        let hidden = backlog.observe(waiting: [b: many], hasSeen: { $0 == b })
        #expect(!hidden && backlog.contains(a))
        let left = backlog.observe(waiting: [b: many], hasSeen: { _ in true })
        #expect(left && !backlog.contains(a) && backlog.contains(b))
    }

    @Test func aClockThatIsSetBackStopsNobody() {
        var backlog = SendBacklog()
        let a = tenants[0]
        _ = backlog.observe(waiting: [a: SendBacklog.most + 1], hasSeen: { _ in true })
        #expect(backlog.admit([a], now: at(3_600_000)).tenants == [a])
        #expect(backlog.admit([a], now: at(0)).tenants == [a])
    }
}
