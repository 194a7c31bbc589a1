import TestSupport
import Testing

@testable import Tenancy

@Suite struct TextSplitterTests {
    @Test(arguments: [
        ("short", ["short"]),
        ("  \n ", []),
        ("", []),
        ("one two three four", ["one two", "three four"]),
        ("abcdefghijklmno", ["abcdefghij", "klmno"]),
        ("one\n\ntwo thr", ["one\n\ntwo", "thr"]),
        ("one two\n\nthr four", ["one two", "thr four"]),
        ("a\n\nbcdefg hijk", ["a\n\nbcdefg", "hijk"]),
        ("abc de\nf ghi", ["abc de", "f ghi"]),
        ("ääääää", ["äääää", "ä"]),
    ])
    func partsEndAtBorders(text: String, parts: [String]) {
        #expect(TextSplitter(.utf8Bytes(10)).split(text) == parts)
    }

    @Test func charactersAreCountedInUTF16Units() {
        #expect(TextSplitter(.characters(4)).split("😀😀😀") == ["😀😀", "😀"])
        #expect(TextSplitter(.utf8Bytes(4)).split("😀😀") == ["😀", "😀"])
    }

    @Test func aCharacterIsKeptWholeUnlessItIsLongerThanAPart() {
        let family = "👨‍👩‍👧‍👦"
        #expect(TextSplitter(.utf8Bytes(30)).split("abcdefgh" + family) == ["abcdefgh", family])
        let parts = TextSplitter(.utf8Bytes(10)).split(family)
        #expect(parts.count > 1 && parts.joined() == family && parts.allSatisfy { $0.utf8.count <= 10 })
    }

    @Test func anyTextIsKeptWithinTheLimit() {
        var random = SeededRandom(for: "anyTextIsKeptWithinTheLimit")
        let alphabet = [
            "a", "b", "Z", "9", ".", " ", " ", "\n", "\n\n", "\r\n", "\t", "ä", "e\u{301}", "ß", "予", "約", "😀", "👨‍👩‍👧",
            "🇩🇪", "\u{301}", "\u{200D}", "\u{00A0}", "कि", "\u{2028}",
        ]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...200, using: &random))
                .map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
            let size = Int.random(in: 4...60, using: &random)
            for limit in [TextSplitter.Limit.utf8Bytes(size), .characters(size)] {
                let parts = TextSplitter(limit).split(text)
                let count = { (part: String) in
                    if case .utf8Bytes = limit { part.utf8.count } else { part.utf16.count }
                }
                #expect(parts.allSatisfy { count($0) <= size && !$0.isEmpty })
                #expect(said(parts.joined()) == said(text))
                for part in parts {
                    #expect(part.unicodeScalars.contains { !$0.properties.isWhitespace })
                }
            }
        }
    }

    private func said(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !$0.properties.isWhitespace }
    }
}
