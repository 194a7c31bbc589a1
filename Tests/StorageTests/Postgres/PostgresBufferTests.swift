import Testing

@testable import Storage

struct PostgresBufferTests {
    private static func array(_ values: [SQLValue], _ type: UInt32) throws -> [UInt8] {
        var buffer = PostgresBuffer()
        // The column before it is not its own.
        try buffer.append(column: 1, of: values.map { [.text("other"), $0] }[...], type: type)
        return buffer.bytes
    }

    @Test func writesTheHeadOfAnArray() throws {
        #expect(
            try Self.array([.integer(258)], PostgresType.int8) == [
                0, 0, 0, 1,  // dimensions
                0, 0, 0, 0,  // no NULLs
                0, 0, 0, 20,  // of int8
                0, 0, 0, 1,  // elements
                0, 0, 0, 1,  // counted from 1
                0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2,
            ])
    }

    @Test func tellsNullFromNothing() throws {
        let bytes = try Self.array([.blob([]), .null, .blob([9]), .null], PostgresType.bytea)
        #expect(
            bytes == [
                0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 17, 0, 0, 0, 4, 0, 0, 0, 1,
                0, 0, 0, 0,
                255, 255, 255, 255,
                0, 0, 0, 1, 9,
                255, 255, 255, 255,
            ])
    }

    @Test func writesTextsAndIDs() throws {
        #expect(try Self.array([.text("é")], PostgresType.text).suffix(6) == [0, 0, 0, 2, 0xC3, 0xA9])
        let id = Identifier(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
        #expect(try Self.array([.id(id)], PostgresType.uuid).suffix(20) == [0, 0, 0, 16] + (1...16))
    }

    /// The length stands before the value and is known after it.
    @Test func writesLengthsOfFourBytes() throws {
        let bytes = try Self.array([.blob([UInt8](repeating: 1, count: 0x0102_0304))], PostgresType.bytea)
        #expect(bytes[20..<24] == [1, 2, 3, 4])
        #expect(bytes.count == 24 + 0x0102_0304)
    }

    @Test func refusesWhatPostgresCannotStore() {
        let error = #expect(throws: StorageError.self) {
            try Self.array([.text("a"), .text("b\u{0}c")], PostgresType.text)
        }
        #expect(error?.kind == .data)
    }

    static let values: [SQLValue] = [
        .null, .integer(-1), .text(""), .text("naïve"), .blob([]), .blob([1, 2, 3]), .id(Note.tenant),
    ]

    @Test(arguments: values)
    func weighsWhatItWrites(_ value: SQLValue) throws {
        var buffer = PostgresBuffer()
        try buffer.append(value)
        #expect(buffer.bytes.count == value.weight)
    }
}
