internal import GRDB
internal import GRDBSQLite

/// Moves the write-ahead log into the database on our own schedule: SQLite's automatic one would run inside whichever
/// commit happens to pass a thousand pages, and never ends while a reader is open.
///
/// After a checkpoint that moved everything the log begins anew by itself. Used by the one writer alone, on its thread.
@safe final class CheckpointSchedule: Sendable {
    /// The log's length in pages (of 8 KiB in a database that Clariva made) at which it is moved.
    private static let passive: Int32 = 2048
    /// The length beyond which the file is cut to nothing once everything was moved.
    private static let large: Int32 = 8192
    /// A checkpoint that a reader held up is tried again after this many more pages.
    private static let retry: Int32 = 256

    // SAFETY: read and written by SQLite's hook and by `afterCommit`, both on the writer's thread.
    nonisolated(unsafe) private var pages: Int32 = 0
    nonisolated(unsafe) private var pagesBefore: Int32 = 0
    nonisolated(unsafe) private var next = passive

    /// SQLite tells the log's length after each commit (sqlite.org, "sqlite3_wal_hook"). The engine owns both the
    /// connection and this object, and they end together.
    func watch(_ database: Database) {
        let schedule = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe sqlite3_wal_hook(
            database.sqliteConnection,
            { schedule, _, _, pages in
                guard let schedule = unsafe schedule else { return SQLITE_OK }
                unsafe Unmanaged<CheckpointSchedule>.fromOpaque(schedule).takeUnretainedValue().pages = pages
                return SQLITE_OK
            }, schedule)
    }

    /// Called by the writer after each commit.
    func afterCommit(_ database: Database) {
        if unsafe pages < pagesBefore { unsafe next = Self.passive }
        unsafe pagesBefore = pages
        guard unsafe pages >= next else { return }
        // A reader that is open may hold a part back; cutting the log would wait for it, and every webhook with it.
        let result = try? database.checkpoint(.passive)
        if unsafe pages >= Self.large, let result, result.walFrameCount == result.checkpointedFrameCount {
            _ = try? database.checkpoint(.truncate)
        }
        unsafe next = pages + Self.retry
    }
}
