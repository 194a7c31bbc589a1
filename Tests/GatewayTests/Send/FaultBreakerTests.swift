import Tenancy
import Testing

@testable import Gateway

/// When many accounts fail at once it is not the accounts.
@Suite struct FaultBreakerTests {
    /// Expectations take no `inout`.
    private final class Subject {
        private var breaker: FaultBreaker

        init(accounts: Int) { breaker = FaultBreaker(accounts: accounts) }

        var isOpen: Bool { breaker.isOpen }
        func closedUntil(_ call: FaultBreaker.Call = .send) -> Timestamp? { breaker.closedUntil(call) }

        func admits(_ call: FaultBreaker.Call = .send, at now: Timestamp) -> Bool { breaker.admits(call, at: now) }

        func takeTrialBack(at now: Timestamp) -> Bool { breaker.takeTrialBack(at: now) }

        func observe(
            _ observation: FaultBreaker.Observation, _ call: FaultBreaker.Call = .send, account: String,
            at now: Timestamp
        ) {
            breaker.observe(observation, at: call, account: account, now: now)
        }
    }

    private static let start = Timestamp(milliseconds: 1_790_000_000_000)

    private func at(_ seconds: Int) -> Timestamp { Self.start.adding(seconds: seconds) }

    private func opened(_ accounts: Int = 5) -> Subject {
        let breaker = Subject(accounts: accounts)
        for number in 0..<accounts { breaker.observe(.fault, account: "\(number)", at: at(0)) }
        return breaker
    }

    @Test(arguments: [
        (failing: 4, working: 0, isOpen: false), (failing: 5, working: 0, isOpen: true),
        (failing: 5, working: 4, isOpen: true), (failing: 5, working: 5, isOpen: false),
        (failing: 6, working: 5, isOpen: true),
    ])
    func opensWhenMostOfAtLeastFiveAccountsFail(failing: Int, working: Int, isOpen: Bool) {
        let breaker = Subject(accounts: 5)
        for number in 0..<working { breaker.observe(.worked, account: "working \(number)", at: at(0)) }
        for number in 0..<failing { breaker.observe(.fault, account: "failing \(number)", at: at(0)) }
        #expect(breaker.isOpen == isOpen)
        #expect(breaker.admits(at: at(1)) == !isOpen)
    }

    @Test func oneAccountThatFailsOftenIsOneAccount() {
        let breaker = Subject(accounts: 5)
        for second in 0..<50 { breaker.observe(.fault, account: "only", at: at(second)) }
        #expect(!breaker.isOpen)
    }

    @Test func anAccountsNewestObservationCounts() {
        let breaker = Subject(accounts: 5)
        for number in 0..<4 { breaker.observe(.fault, account: "\(number)", at: at(0)) }
        breaker.observe(.worked, account: "0", at: at(1))
        breaker.observe(.fault, account: "4", at: at(2))
        #expect(!breaker.isOpen)
    }

    @Test(arguments: [(gap: 59, isOpen: true), (gap: 60, isOpen: false)])
    func forgetsAfterAMinute(gap: Int, isOpen: Bool) {
        let breaker = Subject(accounts: 5)
        for number in 0..<4 { breaker.observe(.fault, account: "\(number)", at: at(0)) }
        breaker.observe(.fault, account: "4", at: at(gap))
        #expect(breaker.isOpen == isOpen)
    }

    @Test func lastsUntilASendWorks() {
        let breaker = opened()
        #expect(breaker.closedUntil() == at(30))
        #expect(!breaker.admits(at: at(29)))
        // One trial after each pause, and not a second beside it.
        #expect(breaker.admits(at: at(30)))
        #expect(!breaker.admits(at: at(30)))
        #expect(breaker.isOpen)
        breaker.observe(.fault, account: "0", at: at(31))
        #expect(!breaker.admits(at: at(60)))
        #expect(breaker.admits(at: at(61)))
        breaker.observe(.worked, account: "0", at: at(62))
        #expect(!breaker.isOpen)
        #expect(breaker.admits(at: at(62)))
        #expect(breaker.closedUntil() == nil)
    }

    @Test func aTrialWithoutAnOutcomeIsFollowedByAnother() {
        let breaker = opened()
        #expect(breaker.admits(at: at(30)))
        #expect(!breaker.admits(at: at(59)))
        #expect(breaker.admits(at: at(60)))
    }

    /// What was cancelled, had expired or was taken back told nothing: the next one need not wait.
    @Test func aTrialThatWasNotMadeIsGivenBack() {
        let breaker = opened()
        #expect(!breaker.takeTrialBack(at: at(1)))
        #expect(breaker.admits(at: at(30)))
        #expect(breaker.takeTrialBack(at: at(31)))
        #expect(breaker.isOpen)
        #expect(breaker.admits(at: at(31)))
        #expect(!breaker.admits(at: at(31)))
        breaker.observe(.worked, account: "0", at: at(32))
        #expect(!breaker.takeTrialBack(at: at(32)))
        #expect(!breaker.isOpen)
    }

    @Test func aTrialThatFailsKeepsItOpenHoweverFewWereHeardOf() {
        let breaker = opened()
        #expect(breaker.admits(at: at(90)))
        breaker.observe(.fault, account: "0", at: at(91))
        #expect(!breaker.admits(at: at(120)))
        #expect(breaker.admits(at: at(121)))
    }

    @Test func whatWorksBesideAnOpenBreakerIsNoTrial() {
        let breaker = opened()
        // Its call had begun before.
        breaker.observe(.worked, account: "0", at: at(1))
        #expect(breaker.isOpen)
    }

    @Test func afterClosingOldFailuresDoNotCount() {
        let breaker = opened()
        #expect(breaker.admits(at: at(30)))
        breaker.observe(.worked, account: "9", at: at(30))
        breaker.observe(.fault, account: "0", at: at(31))
        #expect(!breaker.isOpen)
    }

    /// Meta answers questions while it refuses every send.
    @Test func whatSendsHaveOpenedASendAloneCloses() {
        let breaker = opened()
        #expect(breaker.admits(.question, at: at(1)) && !breaker.admits(at: at(29)))
        #expect(breaker.admits(at: at(30)))
        breaker.observe(.worked, .question, account: "0", at: at(31))
        #expect(breaker.isOpen)
        // Nor does a question that fails decide for the send that is under way.
        breaker.observe(.fault, .question, account: "2", at: at(33))
        breaker.observe(.worked, account: "0", at: at(34))
        #expect(breaker.closedUntil() == nil)
    }

    /// And takes messages while it answers no question: nothing is believed then, and sends go on.
    @Test func whatQuestionsHaveOpenedHoldsNoSendBack() {
        let breaker = Subject(accounts: 5)
        for number in 0..<5 { breaker.observe(.fault, .question, account: "\(number)", at: at(0)) }
        #expect(breaker.isOpen && breaker.closedUntil(.question) == at(30))
        #expect(breaker.admits(at: at(1)) && !breaker.admits(.question, at: at(29)))
        breaker.observe(.worked, account: "0", at: at(29))
        #expect(breaker.isOpen)
        #expect(breaker.admits(.question, at: at(30)))
        breaker.observe(.worked, .question, account: "0", at: at(31))
        #expect(!breaker.isOpen)
    }

    /// Questions are seldom: one that would close it may not come for a day.
    @Test func whatQuestionsHaveOpenedEndsByItself() {
        let breaker = Subject(accounts: 5)
        for number in 0..<5 { breaker.observe(.fault, .question, account: "\(number)", at: at(0)) }
        breaker.observe(.worked, account: "9", at: at(89))
        #expect(breaker.isOpen)
        breaker.observe(.fault, account: "9", at: at(90))
        #expect(!breaker.isOpen)
    }

    @Test func questionsThatWorkDoNotOutvoteSends() {
        let breaker = Subject(accounts: 5)
        for number in 0..<4 { breaker.observe(.fault, account: "\(number)", at: at(0)) }
        for number in 0..<50 { breaker.observe(.worked, .question, account: "\(number)", at: at(1)) }
        breaker.observe(.fault, account: "4", at: at(2))
        #expect(breaker.closedUntil() == at(32) && breaker.closedUntil(.question) == nil)
    }

    /// Sends and questions show it together, and each waits for what it shows itself.
    @Test func bothTogetherOpenBoth() {
        let breaker = Subject(accounts: 5)
        for number in 0..<3 { breaker.observe(.fault, .question, account: "\(number)", at: at(0)) }
        breaker.observe(.fault, account: "3", at: at(0))
        #expect(!breaker.isOpen)
        breaker.observe(.fault, account: "4", at: at(0))
        #expect(breaker.closedUntil() == at(30) && breaker.closedUntil(.question) == at(30))
        for call in FaultBreaker.Call.allCases {
            #expect(breaker.admits(call, at: at(30)))
            #expect(breaker.isOpen)
            breaker.observe(.worked, call, account: "0", at: at(31))
        }
        #expect(!breaker.isOpen)
    }
}
