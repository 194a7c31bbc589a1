import Cryptography
import Testing

/// RFC 4231, section 4: the test cases of HMAC-SHA-256.
struct HMACKeyTests {
    struct Vector: Sendable {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
    }

    static let vectors: [Vector] = [
        Vector(
            key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 20), message: [UInt8](repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: Array(1...25), message: [UInt8](repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test(arguments: vectors)
    func computesTheCodesOfTheStandard(_ vector: Vector) throws {
        let key = try HMACKey(vector.key)
        // Twice: the prepared state must not change with use.
        for _ in 0..<2 { #expect(Hex.encode(key.authenticate(vector.message)) == vector.code) }
        let code = try #require(Hex.decode(vector.code))
        #expect(key.verifies(code, of: vector.message))
    }

    @Test func verifiesNothingElse() throws {
        let key = try HMACKey(utf8: "secret")
        let message = Array("a webhook".utf8)
        let code = key.authenticate(message)
        for index in code.indices {
            var changed = code
            changed[index] ^= 1
            #expect(!key.verifies(changed, of: message))
        }
        #expect(!key.verifies(Array(code.dropLast()), of: message))
        #expect(!key.verifies(code + [0], of: message))
        #expect(!key.verifies([], of: message))
        #expect(!key.verifies(code, of: message + [0]))
        #expect(!(try HMACKey(utf8: "Secret")).verifies(code, of: message))
    }

    @Test func authenticatesNothing() throws {
        // HMAC-SHA-256 of the empty message under the key "key", as computed by `openssl dgst -sha256 -hmac key`.
        #expect(
            Hex.encode(try HMACKey(utf8: "key").authenticate([]))
                == "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0")
    }

    @Test func refusesAnEmptyKey() {
        #expect(throws: CryptographyError.keyLength) { try HMACKey([]) }
    }

    @Test func isUsedFromManyTasksAtOnce() async throws {
        let key = try HMACKey(utf8: "shared")
        let messages = (0..<200).map { number in (0..<50).map { UInt8(truncatingIfNeeded: $0 * number) } }
        let expected = messages.map { key.authenticate($0) }
        let codes = await withTaskGroup(of: (Int, [UInt8]).self) { group in
            for (index, message) in messages.enumerated() { group.addTask { (index, key.authenticate(message)) } }
            return await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
        }
        for (index, code) in expected.enumerated() { #expect(codes[index] == code) }
    }
}
