import Tenancy
import Testing

@testable import Gateway

/// Each of Meta's apps has a breaker of its own.
@Suite struct FaultBreakersTests {
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    @Test func whatOneAppShowsSaysNothingOfTheOther() {
        let breakers = FaultBreakers(accounts: 3)
        let changes = (1...4).map { breakers.observe(.fault, account: "\($0)", of: .instagram, at: now) }
        #expect(changes == [nil, nil, .opened, nil])
        #expect(breakers.isOpen(.instagram) && !breakers.isOpen(.facebook))
        #expect(!breakers.admits(.instagram, at: now) && breakers.admits(.facebook, at: now))
        #expect(breakers.open == [.instagram: now.adding(seconds: FaultBreaker.pause)])
        // The other app's successes close nothing, and its single faults open nothing.
        #expect(breakers.observe(.worked, account: "9", of: .facebook, at: now) == nil)
        #expect(breakers.observe(.fault, account: "8", of: .facebook, at: now) == nil)
        let later = now.adding(seconds: FaultBreaker.pause)
        #expect(breakers.admits(.instagram, at: later) && !breakers.admits(.instagram, at: later))
        #expect(breakers.observe(.worked, account: "1", of: .instagram, at: later) == .closed)
        #expect(breakers.open.isEmpty)
    }
}
