import Testing

@testable import Tenancy

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.250Z", 250), ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T23:59:59.999Z", -1), ("1582-10-15T00:00:00Z", -12_219_292_800_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("2026-01-31t12:00:00z", 1_769_860_800_000),
    ])
    func readsTimes(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "12026-01-31T12:00:00Z",
        "999999999999-01-01T00:00:00Z", "292277026597-01-01T00:00:00Z", "-2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00Z and more", "2026-01-31T12:00:00Z\u{0}", "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:00", "2026-13-31T12:00:00Z", "２０２６-01-31T12:00:00Z",
    ])
    func refusesWhatIsNone(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
