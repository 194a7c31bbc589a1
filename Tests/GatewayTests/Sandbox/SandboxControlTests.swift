import Synchronization
import TestSupport
import Testing

@testable import MetaSandbox

/// Who waits for the sandbox is told, whatever happens first.
@Suite(.hangLimit) struct SandboxControlTests {
    /// Real time that can be set back, and that counts how often it was asked for.
    private final class Wall: Sendable {
        private let begin = ContinuousClock.now
        private let state = Mutex((back: Int64(0), looks: 0))

        var looks: Int { state.withLock { $0.looks } }

        func setBack(milliseconds: Int64) { state.withLock { $0.back += milliseconds } }

        func now() -> Int64 {
            let passed = Int64(begin.duration(to: .now) / .milliseconds(1))
            return state.withLock { state in
                state.looks += 1
                return 1_790_000_000_000 + passed - state.back
            }
        }
    }

    /// One account that hears of its messages, and a recorder for a service.
    private func control(_ wall: Wall = Wall()) -> SandboxControl {
        let control = SandboxControl(
            configuration: SandboxConfiguration(callbackURL: "http://127.0.0.1:1/"),
            transport: SandboxServerTests.Recorder(), now: wall.now)
        _ = control.addAccount(NewAccount(username: "dr_a"), connecting: [.instagramLogin])
        return control
    }

    @Test func aWaitForADeliveryThatWasAlreadyTriedReturns() async throws {
        let control = control()
        let delivering = Task { await control.deliver() }
        try control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        await control.drain()
        #expect(control.deliveries.map(\.state) == [.delivered])
        await control.waitForDelivery(of: [1])
        delivering.cancel()
        await delivering.value
    }

    @Test func aPauseEndsAWaitThatCameBeforeIt() async throws {
        let control = control()
        try control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        async let waiting: Void = control.waitForDelivery(of: [1])
        while control.state.withLock({ $0.waits.isEmpty }), !Task.isCancelled { await Task.yield() }
        control.pauseDeliveries(true)
        let delivering = Task { await control.deliver() }
        await waiting
        #expect(control.deliveries.isEmpty)
        delivering.cancel()
        await delivering.value
    }

    @Test func aTimeoutThatIsOverAtOnceEndsTheWaitForASend() async {
        let control = control()
        for _ in 0..<1000 { #expect(await control.waitForSends(1, timeout: .zero).isEmpty) }
    }

    @Test func aDelayedDeliveryComesAlthoughTheClockWasSetBack() async throws {
        let wall = Wall()
        let control = control(wall)
        let delivering = Task { await control.deliver() }
        control.switchOn(FaultRule(.reorder, milliseconds: 100))
        try control.write(SandboxContent(text: "hello"), from: "anna", to: "dr_a")
        // The next one who asks for the time sets the timer by it.
        let looks = wall.looks
        while wall.looks == looks, !Task.isCancelled { await Task.yield() }
        wall.setBack(milliseconds: 100)
        await control.drain()
        #expect(control.deliveries.map(\.state) == [.delivered])
        delivering.cancel()
        await delivering.value
    }
}
