import MetaSandbox
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// When everybody is asked anew, without a database and without Meta.
@Suite struct SilenceWatchTests {
    private static let start = Timestamp(milliseconds: 1_790_000_000_000)
    private let begin = ContinuousClock.now

    private func at(_ minutes: Int) -> Timestamp { Self.start.adding(seconds: minutes * 60) }

    private func look(_ watch: inout SilenceWatch, newest: Int?, at minutes: Int) {
        watch.look(newest: newest.map(at), now: at(minutes), looked: begin + .seconds(minutes * 60))
    }

    @Test func anHourWithoutAnybodyIsLookedIntoWhileItLastsAndOnceMoreAtItsEnd() {
        var watch = SilenceWatch()
        for minutes in stride(from: 0, through: 55, by: 5) {
            look(&watch, newest: 0, at: minutes)
            #expect(watch.askSince == nil)
        }
        look(&watch, newest: 0, at: 60)
        #expect(watch.askSince == at(60))
        look(&watch, newest: 0, at: 65)
        watch.allAsked()
        #expect(watch.askSince == at(60))
        look(&watch, newest: 0, at: 120)
        #expect(watch.askSince == at(120))
        look(&watch, newest: 130, at: 130)
        #expect(watch.askSince == at(130))
        watch.allAsked()
        look(&watch, newest: 130, at: 131)
        #expect(watch.askSince == nil)
    }

    @Test func wherePatientsHaveNeverWrittenNothingIsMissed() {
        var watch = SilenceWatch()
        look(&watch, newest: nil, at: 0)
        look(&watch, newest: nil, at: 30)
        #expect(watch.askSince == nil)
    }

    /// The database was away: nobody could look, and what came first when it was back says nothing of the others.
    @Test func whoeverWasAwayForAnHourAsks() {
        var watch = SilenceWatch()
        look(&watch, newest: 0, at: 0)
        look(&watch, newest: 61, at: 61)
        #expect(watch.askSince == at(61))
    }

    @Test func aServiceThatStartsAfterAnHourAsksAtOnce() {
        var watch = SilenceWatch()
        look(&watch, newest: 0, at: 61)
        #expect(watch.askSince == at(61))
    }
}
