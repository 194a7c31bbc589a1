import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

@Suite(.hangLimit) struct DispatcherTests {
    private static let begin = Timestamp(milliseconds: 0)
    private static let due = begin.adding(seconds: 1)

    /// Its time moves without waking those who sleep: they learn late what has become due.
    private final class DeafClock: WallClock {
        let moment = Mutex(begin)
        private let sleepers = ManualClock(begin) { _ in }

        var now: Timestamp { moment.withLock { $0 } }

        func sleep(until moment: Timestamp) async throws { try await sleepers.sleep(until: moment) }
    }

    private func dispatcher(_ clock: any WallClock, onChange: @escaping @Sendable () -> Void = {}) -> Dispatcher {
        Dispatcher(name: "test", clock: clock, logger: CapturedLog().logger, capacity: 1, onChange: onChange)
    }

    @Test func aMomentThatBecomesDueDuringTheLookIsNotForgotten() async {
        let clock = ManualClock(Self.begin) { _ in }
        let dispatcher = dispatcher(clock)
        let (looks, looked) = AsyncStream.makeStream(of: Timestamp.self)
        async let running: Void = dispatcher.run { _, _ in
            let now = clock.now
            looked.yield(now)
            guard now < Self.due else { return WorkRound(work: [], nextDue: nil) }
            clock.advance(to: Self.due)
            return WorkRound(work: [], nextDue: Self.due)
        }
        var seen = looks.makeAsyncIterator()
        #expect(await seen.next() == Self.begin)
        #expect(await seen.next() == Self.due)
        dispatcher.stop()
        await running
    }

    @Test func isNotIdleOnceSomethingIsDueThatNobodyHasLookedFor() async {
        let clock = DeafClock()
        let (changes, changed) = AsyncStream.makeStream(of: Void.self)
        let dispatcher = dispatcher(clock) { changed.yield() }
        async let running: Void = dispatcher.run { _, _ in WorkRound(work: [], nextDue: Self.due) }
        for await _ in changes where dispatcher.status.isIdle { break }
        clock.moment.withLock { $0 = Self.due }
        #expect(!dispatcher.status.isIdle)
        dispatcher.stop()
        await running
    }
}
