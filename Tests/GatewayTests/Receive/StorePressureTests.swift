import Testing

@testable import Gateway

@Suite("Pressure of the store")
struct StorePressureTests {
    private let start = ContinuousClock.now

    @Test("Bodies that wait are bounded together")
    func bytesAreBounded() {
        let pressure = StorePressure()
        #expect(pressure.admits(StorePressure.byteLimit, now: start))
        #expect(!pressure.admits(1, now: start))
        pressure.finished(StorePressure.byteLimit, arrived: start, now: start)
        #expect(pressure.admits(1, now: start))
    }

    @Test("A store that stands still refuses early, and takes again when it moves")
    func standingStill() {
        let pressure = StorePressure()
        #expect(pressure.admits(1, now: start))
        let later = start + StorePressure.patience + .milliseconds(1)
        #expect(!pressure.admits(1, now: later))
        pressure.finished(1, arrived: start, now: later)
        #expect(pressure.admits(1, now: later))
    }

    @Test("A queue that has become too long refuses until those who wait are answered in time again")
    func queueTooLong() {
        let pressure = StorePressure()
        for _ in 0..<3 { #expect(pressure.admits(1, now: start)) }
        let late = start + .seconds(3)
        pressure.finished(1, arrived: start, now: late)
        #expect(!pressure.admits(1, now: late))
        // The next one waited a second only.
        pressure.finished(1, arrived: late - .seconds(1), now: late)
        #expect(pressure.admits(1, now: late))
    }

    @Test("When nobody waits any more the next one is taken, however slow it was before")
    func emptyQueueBeginsAnew() {
        let pressure = StorePressure()
        #expect(pressure.admits(1, now: start))
        let late = start + .seconds(30)
        pressure.finished(1, arrived: start, now: late)
        #expect(pressure.admits(1, now: late))
    }
}
