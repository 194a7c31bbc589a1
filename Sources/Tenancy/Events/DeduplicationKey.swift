/// What is equal for exact redeliveries of one item, and for nothing else: a digest under the tenant's index key.
///
/// The digest alone would scatter the rows of one commit over the whole unique index, a page for each. A time that stands
/// in the item goes before it, so that what arrives together lies together. It is no more than a hint: whatever number it
/// is, the same bytes give the same key.
enum DeduplicationKey {
    private static let timeDigits = 13
    private static let timeByteCount = 6

    /// - Parameters:
    ///   - circumstances: what the item stood in.
    ///   - bytes: the item's own slice of the body.
    /// - Returns: six bytes of time, 32 bytes of digest.
    static func make(_ circumstances: [String], bytes: [UInt8], keys: TenantKeys) -> [UInt8] {
        let time = UInt64(firstTime(in: bytes) ?? 0)
        var key: [UInt8] = []
        key.reserveCapacity(timeByteCount + 32)
        for index in (0..<timeByteCount).reversed() { key.append(UInt8(truncatingIfNeeded: time >> (8 * index))) }
        key += keys.digest("event", circumstances.map { Array($0.utf8) } + [bytes])
        return key
    }

    /// The first number of exactly thirteen digits: milliseconds since 1970, until the year 2286.
    private static func firstTime(in bytes: [UInt8]) -> Int64? {
        var number: Int64 = 0
        var digits = 0
        for byte in bytes {
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits += 1
                if digits <= timeDigits { number = number * 10 + Int64(byte - UInt8(ascii: "0")) }
            } else if digits > 0 {
                if digits == timeDigits { return number }
                (number, digits) = (0, 0)
            }
        }
        return digits == timeDigits ? number : nil
    }
}
