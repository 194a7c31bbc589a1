/// The values of one statement in PostgreSQL's binary form, all in one buffer.
struct PostgresParameters {
    private var lengths: [Int32] = []
    /// Where each value starts; `nil` for NULL.
    private var offsets: [Int?] = []
    private var buffer = PostgresBuffer()

    /// Of a statement without placeholders.
    static let none = PostgresParameters()

    private init() {}

    /// One row: each value by itself.
    /// - Throws: ``StorageError/Kind/data`` for what PostgreSQL cannot take; nothing has been sent then.
    init(_ values: [SQLValue]) throws(StorageError) {
        for value in values {
            try append(isNull: value == .null) { buffer throws(StorageError) in
                try buffer.append(value)
            }
        }
        buffer.end()
    }

    /// Many rows: an array for each column that has a type.
    /// - Parameters:
    ///   - rows: each with as many values as there are types.
    ///   - types: of the values, as for one row.
    init(_ rows: ArraySlice<[SQLValue]>, _ types: [UInt32]) throws(StorageError) {
        buffer.reserve(rows)
        for (column, type) in types.enumerated() {
            guard type != PostgresType.unspecified else { continue }
            try append(isNull: false) { buffer throws(StorageError) in
                try buffer.append(column: column, of: rows, type: type)
            }
        }
        buffer.end()
    }

    private mutating func append(
        isNull: Bool, _ body: (inout PostgresBuffer) throws(StorageError) -> Void
    ) throws(StorageError) {
        let start = buffer.bytes.count
        try body(&buffer)
        guard let length = Int32(exactly: buffer.bytes.count - start) else { throw PostgresBuffer.tooLong }
        lengths.append(length)
        offsets.append(isNull ? nil : start)
    }

    /// Lends the arrays that libpq wants; they are gone when `body` returns, libpq has copied them by then.
    func withArrays<Outcome>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Outcome
    ) -> Outcome {
        unsafe buffer.bytes.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            // SAFETY: every offset lies within the buffer, which is lent for the whole call.
            let addresses = unsafe offsets.map { offset in unsafe offset.flatMap { unsafe base?.advanced(by: $0) } }
            let formats = [Int32](repeating: 1, count: lengths.count)
            return unsafe addresses.withUnsafeBufferPointer { addresses in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe body(
                            Int32(lengths.count), addresses.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
