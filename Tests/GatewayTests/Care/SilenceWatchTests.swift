import Storage
import Testing

@testable import Gateway
@testable import Tenancy

/// When everybody is asked anew, without a database and without Meta.
@Suite struct SilenceWatchTests {
    private static let start = Timestamp(milliseconds: 1_790_000_000_000)
    private let begin = ContinuousClock.now

    private func at(_ minutes: Int) -> Timestamp { Self.start.adding(seconds: minutes * 60) }

    /// - Returns: whether everybody is to be asked.
    private func look(_ watch: inout SilenceWatch, newest: Int?, asked: Int? = nil, at minutes: Int) -> Bool {
        watch.look(
            newest: newest.map(at), asked: asked.map(at), now: at(minutes), looked: begin + .seconds(minutes * 60))
    }

    @Test func anHourWithoutAnybodyIsLookedIntoWhileItLastsAndOnceMoreAtItsEnd() {
        var watch = SilenceWatch()
        var asked: Int?
        var moments: [Int] = []
        for minutes in stride(from: 0, through: 240, by: 5) {
            let newest = minutes < 200 ? 0 : minutes
            if look(&watch, newest: newest, asked: asked, at: minutes) {
                asked = minutes
                moments.append(minutes)
            }
        }
        #expect(moments == [60, 120, 180, 200])
    }

    @Test func wherePatientsHaveNeverWrittenNothingIsMissed() {
        var watch = SilenceWatch()
        for minutes in [0, 30] {
            let isDue = look(&watch, newest: nil, at: minutes)
            #expect(!isDue)
        }
    }

    /// The database was away: nobody could look, and what came first when it was back says nothing of the others.
    @Test func whoeverWasAwayForAnHourAsks() {
        var watch = SilenceWatch()
        let moments = [(newest: 0, at: 0), (61, 61), (61, 62)].map { look(&watch, newest: $0.newest, at: $0.at) }
        #expect(moments == [false, true, false])
    }

    /// Another process has noticed it: this one goes through its own connections, page by page, and again after a rest.
    @Test func whatOneProcessNoticesHoldsForAll() throws {
        var watch = SilenceWatch()
        let isDue = look(&watch, newest: 61, asked: 61, at: 62)
        #expect(!isDue)
        let first = try #require(watch.next(at: at(62)))
        #expect(first.since == at(61) && first.last == nil)
        let last = DueConnection(tenantID: .system, id: ConnectionID(Identifier(high: 1, low: 1)))
        watch.passed(last, at: at(62))
        #expect(watch.next(at: at(62))?.last == last)
        watch.passed(nil, at: at(62))
        #expect(watch.next(at: at(71)) == nil)
        #expect(watch.next(at: at(72))?.since == at(61))
        // By then the daily checks have been everywhere.
        #expect(watch.next(at: at(61).adding(seconds: SilenceWatch.memory)) == nil)
    }
}
