import Testing

@testable import Tenancy

@Suite struct OpeningHoursTests {
    private static let hours = [
        "mon": [["09:00", "12:00"], ["13:30", "17:30"]], "fri": [["22:00", "02:00"]], "sat": [["20:00", "24:00"]],
    ]

    @Test(arguments: [
        // Berlin is at UTC+2 in June 2025; the 16th is a Monday.
        ("2025-06-16T06:59:59Z", false), ("2025-06-16T07:00:00Z", true), ("2025-06-16T09:59:59Z", true),
        ("2025-06-16T10:00:00Z", false), ("2025-06-16T11:30:00Z", true), ("2025-06-16T15:30:00Z", false),
        ("2025-06-17T07:30:00Z", false),
        // Friday 22:00 to Saturday 02:00; Saturday evening until midnight.
        ("2025-06-20T19:59:59Z", false), ("2025-06-20T20:00:00Z", true), ("2025-06-20T23:59:59Z", true),
        ("2025-06-21T00:00:00Z", false), ("2025-06-20T00:30:00Z", false), ("2025-06-21T21:59:59Z", true),
        ("2025-06-21T22:00:00Z", false),
        // In winter the same wall clock is one hour later in UTC.
        ("2025-12-15T07:59:59Z", false), ("2025-12-15T08:00:00Z", true),
    ])
    func theWallClockDecides(moment: String, open: Bool) throws {
        let moment = try #require(Timestamp(rfc3339: moment))
        #expect(OpeningHours(Self.hours, timezone: "Europe/Berlin").isOpen(at: moment) == open)
    }

    @Test(arguments: [
        // Clocks go from 02:00 to 03:00 at 01:00Z on 30 March, and from 03:00 to 02:00 at 01:00Z on 26 October.
        ("2025-03-29T23:30:00Z", true), ("2025-03-30T00:59:59Z", true), ("2025-03-30T01:00:00Z", false),
        ("2025-10-26T00:15:00Z", true), ("2025-10-26T00:45:00Z", false), ("2025-10-26T01:15:00Z", true),
        ("2025-10-26T01:45:00Z", false),
    ])
    func aChangeOfTheClockNeedsNoArithmetic(moment: String, open: Bool) throws {
        let moment = try #require(Timestamp(rfc3339: moment))
        #expect(OpeningHours(["sat": [["22:00", "02:30"]]], timezone: "Europe/Berlin").isOpen(at: moment) == open)
    }

    @Test func noHoursMeanAlwaysOpen() {
        let now = Timestamp(milliseconds: 1_750_000_000_000)
        #expect(OpeningHours([:], timezone: "Europe/Berlin").isOpen(at: now))
        #expect(OpeningHours(["mon": []], timezone: "Nowhere/Land").isOpen(at: now))
        #expect(!OpeningHours.isKnown(timezone: "Nowhere/Land") && OpeningHours.isKnown(timezone: "Asia/Kathmandu"))
    }
}
