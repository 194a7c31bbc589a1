internal import Foundation
internal import GRDB

/// A transaction on GRDB's connection. Scopes need nothing here: on SQLite every query names its tenant, and the
/// schema checks of the tests hold it to that.
struct SQLiteTransaction: Transaction {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        try attempt {
            let statement = try database.cachedStatement(sql: sql)
            statement.setUncheckedArguments(try arguments(values))
            try statement.execute()
            return database.changesCount
        }
    }

    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
        try attempt {
            let statement = try database.cachedStatement(sql: sql)
            let before = database.totalChangesCount
            for values in rows {
                statement.setUncheckedArguments(try arguments(values))
                try statement.execute()
            }
            return database.totalChangesCount - before
        }
    }

    func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        try attempt {
            let statement = try database.cachedStatement(sql: sql)
            statement.setUncheckedArguments(try arguments(values))
            let cursor = try Row.fetchCursor(statement)
            var rows: [SQLRow] = []
            while let row = try cursor.next() {
                rows.append(SQLRow(row.databaseValues.map(SQLValue.init(databaseValue:))))
            }
            return rows
        }
    }

    func enter(_ scope: Scope) throws(StorageError) {}

    /// GRDB hands texts over as C strings, so that one would silently end at U+0000: refused, as PostgreSQL refuses it.
    private func arguments(_ values: [SQLValue]) throws -> StatementArguments {
        for case .text(let text) in values where text.utf8.contains(0) {
            throw StorageError(.data, "a text holds U+0000")
        }
        return StatementArguments(values.map(\.databaseValue))
    }

    private func attempt<Value>(_ body: () throws -> Value) throws(StorageError) -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StorageError(sqlite: error)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(.other, "unexpected failure")
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        case .id(let id): Data(id.bytes).databaseValue
        }
    }

    fileprivate init(databaseValue: DatabaseValue) {
        switch databaseValue.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .integer(Int64(value))
        case .string(let value): self = .text(value)
        case .blob(let data): self = .blob([UInt8](data))
        }
    }
}

extension StorageError {
    /// - Parameter error: GRDB's; its message names tables and columns, its arguments are left out.
    init(sqlite error: DatabaseError) {
        let kind: Kind =
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: .constraint
            case .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE: .data
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
            case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY: .input
            case .SQLITE_CANTOPEN, .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_MISUSE: .unavailable
            default: .other
            }
        self.init(kind, "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")")
    }
}
