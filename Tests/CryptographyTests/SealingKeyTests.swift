import Cryptography
import Testing

struct SealingKeyTests {
    private let key = SealingKey.generate().key
    private let place = Array("tenant/table/row".utf8)

    @Test(arguments: [0, 1, 15, 16, 17, 255, 70_000])
    func opensWhatItSealed(_ count: Int) throws {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = try key.seal(text, associated: place)
        #expect(sealed.count == count + SealingKey.overhead)
        #expect(try key.open(sealed, associated: place) == text)
        #expect(try key.open(try key.seal(text, associated: []), associated: []) == text)
    }

    @Test func opensNothingThatWasChangedAnywhere() throws {
        let sealed = try key.seal(Array("Ich habe Zahnschmerzen".utf8), associated: place)
        for index in sealed.indices {
            for bit in [UInt8(1), 0x80] {
                var changed = sealed
                changed[index] ^= bit
                let expected: CryptographyError = index == 0 ? .malformed : .authentication
                #expect(throws: expected) { try key.open(changed, associated: place) }
            }
        }
    }

    @Test func opensNothingThatWasCutOrGrew() throws {
        let sealed = try key.seal(Array("a text".utf8), associated: place)
        for count in 0..<sealed.count {
            let expected: CryptographyError = count < SealingKey.overhead ? .malformed : .authentication
            #expect(throws: expected) { try key.open(Array(sealed.prefix(count)), associated: place) }
        }
        #expect(throws: CryptographyError.authentication) { try key.open(sealed + [0], associated: place) }
    }

    @Test func opensNothingInAnotherPlaceOrUnderAnotherKey() throws {
        let sealed = try key.seal(Array("a text".utf8), associated: place)
        for other in [[], place + [0], Array(place.dropLast()), Array("tenant/table/roW".utf8)] {
            #expect(throws: CryptographyError.authentication) { try key.open(sealed, associated: other) }
        }
        #expect(throws: CryptographyError.authentication) {
            try SealingKey.generate().key.open(sealed, associated: place)
        }
    }

    @Test func sealsTheSameTextDifferentlyEachTime() throws {
        let text = Array("a text".utf8)
        let sealed = try (0..<500).map { _ in try key.seal(text, associated: place) }
        #expect(Set(sealed.map { Array($0[1..<13]) }).count == 500)
        #expect(Set(sealed).count == 500)
    }

    /// A value that was sealed long ago still opens: version byte, nonce, ciphertext and tag in this order. Made from
    /// test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation": 256-bit key, 20 associated bytes.
    @Test func opensAValueOfTheKnownLayout() throws {
        let bytes = try #require(Hex.decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let associated = try #require(Hex.decode("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        let text = """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
            """
        let sealed = """
            01cafebabefacedbaddecaf888\
            522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
            8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
            76fc6ece0f4e1768cddf8853bb2d551b
            """
        let opened = try SealingKey(bytes).open(try #require(Hex.decode(sealed)), associated: associated)
        #expect(Hex.encode(opened) == text)
    }

    @Test func refusesKeysOfAnotherLength() {
        for count in [0, 16, 24, 31, 33, 64] {
            #expect(throws: CryptographyError.keyLength) { try SealingKey([UInt8](repeating: 1, count: count)) }
        }
    }

    @Test func saysNothingOfWhatItCouldNotOpen() throws {
        let sealed = try key.seal(Array("canary".utf8), associated: place)
        let error = #expect(throws: CryptographyError.self) { try key.open(sealed, associated: []) }
        #expect(error?.description == "sealed value does not authenticate")
    }
}
