import Tenancy
import Testing

@testable import Gateway

@Suite struct KeySetScheduleTests {
    private static let start: Int64 = 1_790_000_000_000

    private func at(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Self.start).adding(seconds: seconds) }

    @Test func aSetIsReadWhenItIsNeededAndWhenItHasAged() {
        var schedule = KeySetSchedule(.url)
        #expect(schedule.begin(.use, now: at(0)) == true)
        schedule.succeeded(now: at(1))
        for second in [1, 300, 600] { #expect(schedule.begin(.use, now: at(second)) == false) }
        #expect(schedule.begin(.use, now: at(601)) == true)
        // While it is being read.
        #expect(schedule.begin(.use, now: at(601)) == false)
        schedule.succeeded(now: at(602))
        #expect(schedule.begin(.use, now: at(1201)) == false)
        #expect(schedule.begin(.use, now: at(1202)) == true)
    }

    @Test func anUnknownKeyIsAskedForOnceAMinute() {
        var schedule = KeySetSchedule(.url)
        #expect(schedule.begin(.unknownKey, now: at(0)) == true)
        schedule.succeeded(now: at(0))
        #expect(schedule.begin(.unknownKey, now: at(59)) == false)
        #expect(schedule.begin(.unknownKey, now: at(60)) == true)
        schedule.succeeded(now: at(60))
        #expect(schedule.begin(.unknownKey, now: at(60)) == false)
        // That counts as reading.
        #expect(schedule.begin(.use, now: at(659)) == false)
        #expect(schedule.begin(.use, now: at(660)) == true)
    }

    @Test func whatFailsIsTriedAgainAfterAPause() {
        var schedule = KeySetSchedule(.url)
        #expect(schedule.begin(.use, now: at(0)) == true)
        // Every token is refused meanwhile: soon.
        #expect(schedule.begin(.use, now: at(4)) == false)
        #expect(schedule.begin(.use, now: at(5)) == true)
        schedule.succeeded(now: at(5))
        #expect(schedule.begin(.use, now: at(605)) == true)
        // There is still the old set.
        #expect(schedule.begin(.use, now: at(664)) == false)
        #expect(schedule.begin(.unknownKey, now: at(664)) == false)
        #expect(schedule.begin(.use, now: at(665)) == true)
    }

    @Test func aClockThatIsSetBackStopsNothing() {
        var schedule = KeySetSchedule(.url)
        #expect(schedule.begin(.use, now: at(1000)) == true)
        schedule.succeeded(now: at(1000))
        #expect(schedule.begin(.use, now: at(0)) == true)
        schedule.succeeded(now: at(0))
        #expect(schedule.begin(.use, now: at(10)) == false)
    }
}
