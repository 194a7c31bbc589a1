/// The values of one statement in PostgreSQL's binary form, all in one buffer.
struct PostgresParameters {
    /// Object ids; ``PostgresType/unspecified`` for NULL.
    private(set) var types: [UInt32] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    /// Where each value starts; `nil` for NULL.
    private var offsets: [Int?] = []
    private var bytes: [UInt8] = []

    /// Of a statement without placeholders.
    static let none = PostgresParameters()

    private init() {}

    /// - Throws: ``StorageError/Kind/data`` for what PostgreSQL cannot take; nothing has been sent then.
    init(_ values: [SQLValue]) throws(StorageError) {
        types.reserveCapacity(values.count)
        lengths.reserveCapacity(values.count)
        offsets.reserveCapacity(values.count)
        formats = [Int32](repeating: 1, count: values.count)
        for value in values { try append(value) }
        // No bytes at all would have no address, and that would mean NULL.
        bytes.append(0)
    }

    private mutating func append(_ value: SQLValue) throws(StorageError) {
        let start = bytes.count
        switch value {
        case .null: break
        case .integer(let number): append(bigEndian: UInt64(bitPattern: number))
        case .text(let text):
            let utf8 = text.utf8
            guard !utf8.contains(0) else { throw StorageError(.data, "a text holds U+0000") }
            bytes.append(contentsOf: utf8)
        case .blob(let blob): bytes.append(contentsOf: blob)
        case .id(let id):
            append(bigEndian: id.high)
            append(bigEndian: id.low)
        }
        guard let length = Int32(exactly: bytes.count - start) else {
            throw StorageError(.data, "a value is longer than PostgreSQL takes")
        }
        types.append(PostgresType.of(value))
        lengths.append(length)
        offsets.append(value == .null ? nil : start)
    }

    private mutating func append(bigEndian number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Lends the arrays that libpq wants; they are gone when `body` returns, libpq has copied them by then.
    func withArrays<Outcome>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Outcome
    ) -> Outcome {
        unsafe bytes.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            // SAFETY: every offset lies within `bytes`, which is lent for the whole call.
            let addresses = unsafe offsets.map { offset in unsafe offset.flatMap { unsafe base?.advanced(by: $0) } }
            return unsafe addresses.withUnsafeBufferPointer { addresses in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe body(
                            Int32(types.count), addresses.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
