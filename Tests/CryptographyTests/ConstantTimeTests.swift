import Cryptography
import Testing

struct ConstantTimeTests {
    @Test func tellsEqualFromUnequal() {
        let bytes = RandomBytes.make(32)
        #expect(constantTimeEqual(bytes, bytes))
        #expect(constantTimeEqual([], []))
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(!constantTimeEqual(bytes, changed))
            }
        }
    }

    @Test func tellsLengthsApart() {
        #expect(!constantTimeEqual([], [0]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
    }

    @Test func drawsFreshBytes() {
        #expect(Set((0..<1000).map { _ in RandomBytes.make(16) }).count == 1000)
    }
}
