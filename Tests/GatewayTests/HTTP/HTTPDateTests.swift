import Testing

@testable import Gateway

struct HTTPDateTests {
    /// RFC 9110, section 5.6.7, and the days on which a calendar is got wrong.
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 GMT"),
    ])
    func writesADateAsHTTPWantsIt(second: Int, text: String) {
        #expect(HTTPDate.text(ofSecond: second) == text)
    }
}
