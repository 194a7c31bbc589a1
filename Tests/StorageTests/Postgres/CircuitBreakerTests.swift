import Testing

@testable import Storage

struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private let rests = Backoff(base: .milliseconds(100), cap: .seconds(1))

    /// As a test says it: `#expect` cannot call what changes a value.
    private func admits(_ breaker: inout CircuitBreaker, after wait: Duration = .zero) -> Bool {
        breaker.admits(start + wait)
    }

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(threshold: 3, rests: rests)
        for _ in 0..<3 { breaker.failed(start) }
        return breaker
    }

    @Test func opensAfterFailuresInARowOnly() {
        var breaker = CircuitBreaker(threshold: 3, rests: rests)
        for _ in 0..<5 {
            breaker.failed(start)
            breaker.failed(start)
            breaker.succeeded()
        }
        #expect(admits(&breaker))
        breaker = opened()
        #expect(!admits(&breaker))
        #expect(!admits(&breaker, after: .milliseconds(49)))
    }

    @Test func letsOneTryAfterItsRest() {
        var breaker = opened()
        #expect(admits(&breaker, after: .milliseconds(101)))
        #expect(!admits(&breaker, after: .milliseconds(101)))
        #expect(breaker.isOpen(start + .seconds(100)))
        breaker.succeeded()
        #expect(!breaker.isOpen(start + .milliseconds(101)))
        #expect(admits(&breaker, after: .milliseconds(101)))
    }

    @Test func staysOpenForLongerAfterEachFailedTry() {
        var breaker = opened()
        var wait = Duration.zero
        for _ in 0..<10 {
            wait += .seconds(2)
            #expect(admits(&breaker, after: wait))
            breaker.failed(start + wait)
            #expect(breaker.isOpen(start + wait))
        }
        // Half of the cap at least, all of it at most.
        #expect(breaker.isOpen(start + wait + .milliseconds(499)))
        #expect(!breaker.isOpen(start + wait + .milliseconds(1001)))
    }

    @Test func isNotHeldOpenByTriesThatBeganBefore() {
        var breaker = opened()
        breaker.failed(start + .milliseconds(90))
        #expect(admits(&breaker, after: .milliseconds(101)))
    }

    @Test func doublesWaitsUpToACap() {
        #expect(
            (1...6).map { rests.delay($0, chance: 1) } == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(rests.delay(1, chance: 0) == .milliseconds(50))
        #expect(rests.delay(1_000_000, chance: 0.5) == .milliseconds(750))
    }
}
