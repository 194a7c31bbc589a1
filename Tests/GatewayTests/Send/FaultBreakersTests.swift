import Tenancy
import Testing

@testable import Gateway

/// Each of Meta's apps has a breaker of its own.
@Suite struct FaultBreakersTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    @Test func whatOneAppShowsSaysNothingOfTheOther() {
        let breakers = FaultBreakers(accounts: 3)
        let changes = (1...4).map { breakers.observe(.fault, at: .send, account: "\($0)", of: .instagram, now: now) }
        #expect(changes == [nil, nil, .opened, nil])
        #expect(breakers.isOpen(.instagram) && !breakers.isOpen(.facebook))
        #expect(!breakers.admits(.send, of: .instagram, at: now) && breakers.admits(.send, of: .facebook, at: now))
        #expect(breakers.open(for: .send) == [.instagram: now.adding(seconds: FaultBreaker.pause)])
        // The other app's successes close nothing, and its single faults open nothing.
        #expect(breakers.observe(.worked, at: .send, account: "9", of: .facebook, now: now) == nil)
        #expect(breakers.observe(.fault, at: .send, account: "8", of: .facebook, now: now) == nil)
        let later = now.adding(seconds: FaultBreaker.pause)
        #expect(breakers.admits(.send, of: .instagram, at: later) && !breakers.admits(.send, of: .instagram, at: later))
        #expect(breakers.observe(.worked, at: .send, account: "1", of: .instagram, now: later) == .closed)
        #expect(breakers.open(for: .send).isEmpty)
    }
}
