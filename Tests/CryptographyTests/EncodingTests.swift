import Cryptography
import Testing

struct EncodingTests {
    @Test func writesAndReadsEveryByteAsHexadecimal() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "abc", "0g", "g0", " 0", "0 ", "0x", "+1", "-1", "٣٣", "ａａ", "00\u{0}", "é"])
    func refusesWhatIsNotHexadecimal(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }

    /// RFC 4648, section 10, without padding, and the two characters that set the URL-safe alphabet apart.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"), ("\u{ffff}", "77-_"),
        ])
    func writesAndReadsBase64(_ text: String, _ encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test(
        arguments: [
            // Padding, the other alphabet, white space, a lone character, bits beyond the last byte.
            "Zg==", "Zm8=", "77+/", "Zm 9v", "Zm9v\n", "Z", "Zm9vY", "Zh", "Zm9", "Zé",
        ])
    func refusesWhatIsNotStrictBase64(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    /// One text for one value: whatever is accepted is what would have been written.
    @Test func acceptsNoSecondSpellingOfAValue() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=")
        for first in alphabet {
            for second in alphabet {
                let text = String([first, second])
                if let bytes = Base64URL.decode(text) { #expect(Base64URL.encode(bytes) == text) }
            }
        }
    }

    @Test func readsBackEveryLength() {
        for count in 0..<100 {
            let bytes = RandomBytes.make(count)
            #expect(bytes.count == count)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }
}
