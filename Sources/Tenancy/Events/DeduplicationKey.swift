/// What is equal for exact redeliveries of one item, and for nothing else: a digest under the tenant's index key.
///
/// The digest alone would scatter the rows of one commit over the whole unique index, a page for each. The time that the
/// item tells goes before it, so that what arrives together lies together. It is no more than a hint: whatever number it
/// is, the same bytes give the same key.
enum DeduplicationKey {
    private static let timeByteCount = 6
    /// Inside a text the quotation marks are escaped: a patient cannot write this.
    private static let timeKey = Array(#""timestamp":"#.utf8)

    /// - Parameters:
    ///   - circumstances: what the item stood in.
    ///   - bytes: the item's own slice of the body.
    /// - Returns: six bytes of time, 32 bytes of digest.
    static func make(_ circumstances: [String], bytes: [UInt8], keys: TenantKeys) -> [UInt8] {
        let time = time(in: bytes)
        var key: [UInt8] = []
        key.reserveCapacity(timeByteCount + 32)
        for index in (0..<timeByteCount).reversed() { key.append(UInt8(truncatingIfNeeded: time >> (8 * index))) }
        key += keys.digest("event", circumstances.map { Array($0.utf8) } + [bytes])
        return key
    }

    /// The number after the first `"timestamp":`, with or without a quotation mark; 0 where there is none.
    private static func time(in bytes: [UInt8]) -> UInt64 {
        guard
            var position = bytes.indices.first(where: { index in
                bytes[index] == timeKey[0] && bytes[index...].starts(with: timeKey)
            })
        else { return 0 }
        position += timeKey.count
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { position += 1 }
        var time: UInt64 = 0
        for byte in bytes[position...].prefix(15) {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break }
            time = time * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return time
    }
}
