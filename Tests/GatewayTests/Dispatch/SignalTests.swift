import TestSupport
import Testing

@testable import Gateway

@Suite(.hangLimit) struct SignalTests {
    @Test func twoWaitersOfOneSignalAreBothWoken() async {
        let signal = Signal()
        for _ in 0..<200 {
            let version = signal.version
            await withDiscardingTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask { await signal.wait(after: version, until: nil, clock: SystemClock()) }
                }
                // Time for both to wait. One that comes too late returns at once: that round shows nothing.
                for _ in 0..<20 { await Task.yield() }
                signal.raise()
            }
        }
    }
}
