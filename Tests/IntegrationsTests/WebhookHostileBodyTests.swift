import Integrations
import TestSupport
import Testing

/// Bodies that try to take others down with them: the odd item is refused alone, its siblings are read.
@Suite struct WebhookHostileBodyTests {
    private static let deep = 10_000

    private func body(with odd: [UInt8]) -> [UInt8] {
        Array(#"{"object":"instagram","entry":[{"id":"1","messaging":[{"message":{"mid":"before","text":"a"}},"#.utf8)
            + odd
            + Array(
                #",{"message":{"mid":"after","text":"b"}}]},{"id":"2","messaging":[{"message":{"mid":"other"}}]}]}"#
                    .utf8)
    }

    private func expectOnlyTheOddItemRefused(_ odd: [UInt8]) throws {
        let slices = WebhookSplitter.split(body(with: odd))
        try #require(slices.count == 4)
        #expect(slices[1].bytes == odd)
        #expect(slices.map(\.entryID) == ["1", "1", "1", "2"])
        #expect(slices.map { WebhookReader.read($0)?.mid } == ["before", nil, "after", "other"])
        #expect(WebhookReader.read(slices[1]) == nil)
    }

    @Test(arguments: [
        #"{"message":{"mid":"m","text":"\ud83d"}}"#, #"{"message":{"mid":"m","text":"\ude00"}}"#,
        #"{"message":{"mid":"m","text":"\ud83d\ud83d"}}"#, #"{"timestamp":184467440737095516150}"#, #"{"x":1e999}"#,
        #"{"a\u0000b":1}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":tru}"#,
        #"{"a" "b"}"#, #"{"a":01}"#,
        "{\"a\":\"line\nbreak\"}", #"{"a":[1}}"#, "7", "\"text\"", "null", "[]",
    ])
    func oneOddItemIsRefusedAlone(_ odd: String) throws {
        try expectOnlyTheOddItemRefused(Array(odd.utf8))
    }

    @Test(
        arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x00], [0x1F]]
            as [[UInt8]])
    func bytesThatAreNoTextAreRefusedAlone(_ bytes: [UInt8]) throws {
        try expectOnlyTheOddItemRefused(Array(#"{"text":""#.utf8) + bytes + Array("\"}".utf8))
    }

    @Test(arguments: [("{\"a\":", "1", "}"), ("[", "", "]")])
    func deepNestingIsRefusedAlone(_ open: String, _ middle: String, _ close: String) throws {
        let item = String(repeating: open, count: Self.deep) + middle + String(repeating: close, count: Self.deep)
        try expectOnlyTheOddItemRefused(Array(item.utf8))
    }

    @Test func deepNestingOutsideTheItemsHarmsNothing() {
        let nest = String(repeating: "[", count: Self.deep) + String(repeating: "]", count: Self.deep)
        let text = "{\"x\":\(nest),\"entry\":[{\"y\":\(nest),\"id\":\"1\",\"messaging\":[{\"read\":{}}]}]}"
        let slices = WebhookSplitter.split(Array(text.utf8))
        #expect(slices.compactMap { WebhookReader.read($0)?.kind } == [.read])
    }

    @Test func endlessBracketsAreKeptWhole() {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "{\"entry\":[", count: 20_000),
            String(repeating: "]", count: 9),
        ] {
            #expect(WebhookSplitter.split(Array(text.utf8)).map(\.bytes) == [Array(text.utf8)])
        }
    }

    @Test func aNULInATextIsKept() throws {
        let slices = WebhookSplitter.split(body(with: Array(#"{"message":{"mid":"m","text":"a\u0000b"}}"#.utf8)))
        #expect(slices.map { WebhookReader.read($0)?.text } == ["a", "a\u{0}b", "b", nil])
    }

    @Test func aThousandItemsOfTwoTenantsStayApart() {
        let items = (0..<500).map { "{\"message\":{\"mid\":\"m\($0)\",\"text\":\"]}\\\"\"}}" }.joined(separator: ",")
        let text =
            "{\"object\":\"instagram\",\"entry\":[{\"messaging\":[\(items)],\"id\":\"1\"},{\"id\":\"2\",\"messaging\":[\(items)]}]}"
        let slices = WebhookSplitter.split(Array(text.utf8))
        #expect(slices.count == 1_000)
        #expect(slices.prefix(500).allSatisfy { $0.entryID == "1" && $0.siblings == 500 })
        #expect(slices.suffix(500).allSatisfy { $0.entryID == "2" && $0.siblings == 500 })
        #expect(slices.map { WebhookReader.read($0)?.mid } == (0..<1_000).map { "m\($0 % 500)" })
    }

    @Test func randomDamageNeverLosesTheWholeBody() throws {
        var random = SeededRandom(for: "randomDamageNeverLosesTheWholeBody")
        var builder = WebhookBodyBuilder(random: random)
        for _ in 0..<400 {
            var bytes = Array(builder.makeText().utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = Array("\"\\{}[],:x".utf8).randomElement(using: &random) ?? 0
            }
            let slices = WebhookSplitter.split(bytes)
            #expect(!slices.isEmpty)
            #expect(slices.map(\.bytes.count).reduce(0, +) <= bytes.count * 2)
            for slice in slices { _ = WebhookReader.read(slice) }
        }
    }
}
