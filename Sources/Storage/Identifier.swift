internal import Synchronization

/// A UUID, version 7 (RFC 9562): sixteen bytes whose order is the order of creation.
public struct Identifier: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// - Parameters:
    ///   - high: first eight bytes.
    ///   - low: last eight bytes.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter bytes: sixteen bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// - Parameter text: the hyphenated form, either case.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var halves: [UInt64] = [0, 0]
        var digits = 0
        for (position, character) in characters.enumerated() {
            if [8, 13, 18, 23].contains(position) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let value = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
            halves[digits / 16] = halves[digits / 16] << 4 | UInt64(value)
            digits += 1
        }
        self.init(high: halves[0], low: halves[1])
    }

    /// Sixteen bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for half in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// When it was made, milliseconds since 1970.
    public var createdAt: Int64 { Int64(high >> 16) }

    /// By the bytes, so that the older of two comes first.
    public static func < (one: Identifier, other: Identifier) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }

    /// The hyphenated form in lower case.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text = [UInt8]()
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Makes identifiers that rise strictly within one process, also when the clock stands still or goes back.
public final class IdentifierSource: Sendable {
    private let last = Mutex<(time: UInt64, counter: UInt32)>((0, 0))

    /// A source of its own: only ids of the same source are certain to rise.
    public init() {}

    /// - Parameter now: milliseconds since 1970.
    /// - Returns: an identifier greater than every one that this source gave before.
    public func make(now: Int64) -> Identifier {
        let (time, counter) = last.withLock { last in
            let now = UInt64(max(now, 0)) & 0xFFFF_FFFF_FFFF
            if now > last.time {
                // A random start in the lower half of the range: ids of several processes do not meet.
                last = (now, UInt32.random(in: 0..<0x100_0000))
            } else {
                last.counter += 1
                if last.counter >= 0x3FF_FFFF { last = (last.time + 1, 0) }
            }
            return last
        }
        // RFC 9562, 6.2, method 1: a 26-bit counter in rand_a and the top of rand_b, random bits below it.
        let high = time << 16 | 0x7000 | UInt64(counter >> 14)
        let low = 0x8000_0000_0000_0000 | UInt64(counter & 0x3FFF) << 48 | UInt64.random(in: 0..<1 << 48)
        return Identifier(high: high, low: low)
    }
}
