internal import GRDB
internal import GRDBSQLite

/// A transaction on GRDB's connection. Scopes need nothing here: on SQLite every query names its tenant, and the
/// schema checks of the tests hold it to that.
///
/// GRDB keeps the connection and its prepared statements; values go in and out by SQLite's own functions, without GRDB's
/// `Data` and `Row` between, which cost more than SQLite itself on the way of a webhook.
struct SQLiteTransaction: Transaction {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        let statement = try statement(sql)
        try statement.run(values)
        return database.changesCount
    }

    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
        let statement = try statement(sql)
        let before = database.totalChangesCount
        for values in rows { try statement.run(values) }
        return database.totalChangesCount - before
    }

    func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        try statement(sql).rows(values)
    }

    /// A write transaction keeps the whole database.
    func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow] {
        try query(sql, values)
    }

    func clock() throws(StorageError) -> Int64 {
        guard var columns = try first(Self.now, [])?.columns else { throw StorageError(.other, "no clock") }
        return try columns.integer()
    }

    /// Days since noon of the first Julian day, from a text with milliseconds.
    private static let now = "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"

    func enter(_ scope: Scope) throws(StorageError) {}

    private func statement(_ sql: String) throws(StorageError) -> SQLiteStatementRun {
        do {
            return SQLiteStatementRun(try database.cachedStatement(sql: sql))
        } catch let error as DatabaseError {
            throw StorageError(sqlite: error)
        } catch {
            throw StorageError(.other, "unexpected failure")
        }
    }
}
