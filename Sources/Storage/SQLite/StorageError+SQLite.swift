internal import GRDB
internal import GRDBSQLite

extension StorageError {
    /// - Parameter error: GRDB's; its message names tables and columns, its arguments are left out.
    init(sqlite error: DatabaseError) {
        self.init(sqliteCode: error.extendedResultCode.rawValue, message: error.message)
    }

    /// - Parameters:
    ///   - code: an extended result code (sqlite.org, "Result and Error Codes"); its low byte is the primary one.
    ///   - message: SQLite's, without values.
    init(sqliteCode code: Int32, message: String?) {
        let kind: Kind =
            switch code & 0xFF {
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE: .data
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_PROTOCOL: .busy
            case SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY: .input
            case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_MISUSE: .unavailable
            default: .other
            }
        self.init(kind, "SQLite \(code): \(message ?? "no message")")
    }
}
