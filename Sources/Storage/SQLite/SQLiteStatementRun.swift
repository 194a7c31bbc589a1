internal import GRDB
internal import GRDBSQLite

/// One prepared statement, bound and stepped by SQLite's own functions. It is left reset, whatever happens.
@safe struct SQLiteStatementRun {
    // SAFETY: GRDB owns the statement and keeps it in the connection's cache; `owner` keeps it alive during the run.
    private let pointer: OpaquePointer
    private let owner: Statement

    init(_ statement: Statement) {
        owner = statement
        unsafe pointer = statement.sqliteStatement
    }

    /// Runs it to its end; rows that it gives are stepped over.
    func run(_ values: [SQLValue]) throws(StorageError) {
        defer { reset() }
        try bind(values)
        while try step() {}
    }

    /// - Returns: all its rows.
    func rows(_ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        defer { reset() }
        try bind(values)
        let count = unsafe sqlite3_column_count(pointer)
        var rows: [SQLRow] = []
        while try step() { rows.append(SQLRow((0..<count).map(column))) }
        return rows
    }

    /// - Returns: whether there is a row.
    private func step() throws(StorageError) -> Bool {
        switch unsafe sqlite3_step(pointer) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw failure()
        }
    }

    private func bind(_ values: [SQLValue]) throws(StorageError) {
        let expected = Int(unsafe sqlite3_bind_parameter_count(pointer))
        guard values.count == expected else {
            throw StorageError(.other, "the statement takes \(expected) values, not \(values.count)")
        }
        for (index, value) in values.enumerated() {
            guard try bind(value, at: Int32(index + 1)) == SQLITE_OK else { throw failure() }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(StorageError) -> Int32 {
        switch value {
        case .null:
            return unsafe sqlite3_bind_null(pointer, index)
        case .integer(let number):
            return unsafe sqlite3_bind_int64(pointer, index, number)
        case .text(var text):
            // SQLite would take it, PostgreSQL would not: what is stored must not depend on the engine.
            guard !text.utf8.contains(0) else { throw StorageError(.data, "a text holds U+0000") }
            return text.withUTF8 { bytes in
                // No bytes have no address, and none would be NULL.
                guard let base = unsafe UnsafeRawPointer(bytes.baseAddress) else { return bindEmptyText(at: index) }
                return unsafe sqlite3_bind_text(
                    pointer, index, base.assumingMemoryBound(to: CChar.self), Int32(bytes.count), Self.copied)
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes { unsafe bind($0, at: index) }
        case .id(let id):
            let bytes = (id.high.bigEndian, id.low.bigEndian)
            return unsafe withUnsafeBytes(of: bytes) { unsafe bind($0, at: index) }
        }
    }

    private func bindEmptyText(at index: Int32) -> Int32 {
        unsafe sqlite3_bind_text(pointer, index, "", 0, Self.copied)
    }

    private func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) -> Int32 {
        guard unsafe !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(pointer, index, 0) }
        return unsafe sqlite3_bind_blob(pointer, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
    }

    private func column(_ index: Int32) -> SQLValue {
        switch unsafe sqlite3_column_type(pointer, index) {
        case SQLITE_INTEGER:
            return .integer(unsafe sqlite3_column_int64(pointer, index))
        case SQLITE_FLOAT:
            return .integer(Int64(unsafe sqlite3_column_double(pointer, index)))
        case SQLITE_TEXT:
            let text = unsafe sqlite3_column_text(pointer, index)
            let count = Int(unsafe sqlite3_column_bytes(pointer, index))
            return .text(unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let blob = unsafe sqlite3_column_blob(pointer, index)
            let count = Int(unsafe sqlite3_column_bytes(pointer, index))
            return .blob(unsafe [UInt8](UnsafeRawBufferPointer(start: blob, count: count)))
        default:
            return .null
        }
    }

    private func reset() {
        unsafe sqlite3_reset(pointer)
        unsafe sqlite3_clear_bindings(pointer)
    }

    /// What SQLite says of the failure; its message names tables and columns, never values.
    private func failure() -> StorageError {
        let connection = unsafe sqlite3_db_handle(pointer)
        let message = unsafe sqlite3_errmsg(connection).map { unsafe String(cString: $0) }
        return StorageError(sqliteCode: unsafe sqlite3_extended_errcode(connection), message: message)
    }

    /// SQLITE_TRANSIENT: SQLite copies what it is given.
    private static var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
