import Integrations
import TestSupport
import Testing

@Suite struct EscapedBase64Tests {
    @Test(arguments: [
        ("", ""), ("f", "ZAgZDZD"), ("fo", "ZAm8ZD"), ("foo", "ZAm9v"), ("foob", "ZAm9vYgZDZD"),
    ])
    func writesShortTexts(_ plain: String, _ expected: String) {
        // The base64 of RFC 4648, section 10, with its "Z" and "=" escaped.
        #expect(EscapedBase64.encode(Array(plain.utf8)) == expected)
        #expect(EscapedBase64.decode(expected) == Array(plain.utf8))
    }

    @Test func escapesPlusAndSlash() {
        #expect(EscapedBase64.encode([0xFB, 0xFF, 0xBF]) == "ZBZCZBZC")
        #expect(EscapedBase64.decode("ZBZCZBZC") == [0xFB, 0xFF, 0xBF])
    }

    @Test(arguments: [
        "A", "AA", "AAA", "Zg==", "ZAg==", "ZAgZD", "ZAgZDZDZD", "ZAgZDZDZDZDZDZD", "AAAAZDZDZDZD", "ZAhZDZD", "Z",
        "ZE", "AAAZ", "A+AA", "A/AA", "AA-_",
        "ZDAAA", "AAZDA", "ä", "AAA\u{0}",
    ])
    func refusesWhatItWouldNotWrite(_ text: String) {
        #expect(EscapedBase64.decode(text) == nil)
    }

    @Test func roundTripsRandomBytes() {
        var random = SeededRandom(for: "roundTripsRandomBytes")
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...90, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(EscapedBase64.decode(EscapedBase64.encode(bytes)) == bytes)
        }
    }
}
