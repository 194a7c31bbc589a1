/// Values in PostgreSQL's binary form, one behind the other: integers and lengths big-endian, texts in UTF-8.
struct PostgresBuffer {
    private(set) var bytes: [UInt8] = []

    static let tooLong = StorageError(.data, "a value is longer than PostgreSQL takes")

    /// No bytes at all would have no address, and that would mean NULL.
    mutating func end() { bytes.append(0) }

    /// Nothing for NULL.
    mutating func append(_ value: SQLValue) throws(StorageError) {
        switch value {
        case .null: break
        case .integer(let number): append(bigEndian: number)
        case .text(let text):
            let utf8 = text.utf8
            guard !utf8.contains(0) else { throw StorageError(.data, "a text holds U+0000") }
            bytes.append(contentsOf: utf8)
        case .blob(let blob): bytes.append(contentsOf: blob)
        case .id(let id):
            append(bigEndian: id.high)
            append(bigEndian: id.low)
        }
    }

    mutating func append(bigEndian number: some FixedWidthInteger) {
        var number = number.bigEndian
        unsafe withUnsafeBytes(of: &number) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Of something whose length has just become known.
    mutating func overwrite(at position: Int, with number: Int32) {
        for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: number >> (24 - 8 * index)) }
    }
}

// MARK: Arrays

extension PostgresBuffer {
    /// Appends one value of each row as an array with one dimension (`array_send` in the server's `arrayfuncs.c`): the
    /// number of dimensions, whether there are NULLs, the type of the elements; how many, counted from 1; then each with
    /// its length before it, which is -1 for NULL.
    mutating func append(column: Int, of rows: ArraySlice<[SQLValue]>, type: UInt32) throws(StorageError) {
        let hasNulls = rows.contains { $0[column] == .null }
        for number in [1, hasNulls ? 1 : 0, Int32(bitPattern: type), Int32(rows.count), 1] { append(bigEndian: number) }
        for row in rows {
            let start = bytes.count
            append(bigEndian: Int32(-1))
            guard row[column] != .null else { continue }
            try append(row[column])
            guard let length = Int32(exactly: bytes.count - start - 4) else { throw Self.tooLong }
            overwrite(at: start, with: length)
        }
    }

    /// Makes room for the values of rows, and for what arrays add to them.
    mutating func reserve(_ rows: ArraySlice<[SQLValue]>) {
        bytes.reserveCapacity(rows.reduce(256) { $0 + $1.reduce(0) { $0 + 4 + $1.weight } })
    }
}

extension SQLValue {
    /// Its bytes in binary form.
    var weight: Int {
        switch self {
        case .null: 0
        case .integer: 8
        case .text(let text): text.utf8.count
        case .blob(let blob): blob.count
        case .id: 16
        }
    }
}
