/// A transaction on one connection.
///
/// What begins it goes out together with its first statement, in one pipeline: a body without statements costs no round
/// trip, one with a single statement two.
///
/// PostgreSQL ends a transaction at its first failure. So a body that goes on after one gets the same failure again, and
/// nothing of it is kept, even when it returns a value.
final class PostgresTransaction: Transaction {
    private let connection: PostgresConnection
    private let rewritings: RewritingCache
    /// What goes out before the next statement.
    private var pending: [PostgresCommand]
    /// Whose rows the next statement may touch.
    private var scope: Scope
    /// Whether the server has heard of it.
    private(set) var hasBegun = false
    /// The first failure, which ended it.
    private(set) var failure: StorageError?
    private var isOver = false

    init(
        _ connection: PostgresConnection, scope: Scope, beginning: [PostgresCommand], rewritings: RewritingCache
    ) {
        self.connection = connection
        self.scope = scope
        self.rewritings = rewritings
        pending = beginning
    }

    func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        try executeBatch(sql, [values])
    }

    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int {
        guard !rows.isEmpty else { return 0 }
        var changes = 0
        try run(PostgresCommand(rewritings[sql], rows)) { result throws(StorageError) in changes += result.changes }
        return changes
    }

    func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try run(PostgresCommand(rewritings[sql], [values])) { result throws(StorageError) in rows = try result.rows() }
        return rows
    }

    func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow] {
        try query(sql + " " + clause, values)
    }

    func clock() throws(StorageError) -> Int64 {
        guard var columns = try first(Self.now, [])?.columns else { throw StorageError(.other, "no clock") }
        return try columns.integer()
    }

    private static let now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    func enter(_ scope: Scope) throws(StorageError) {
        try refuseWhenOver()
        guard scope != self.scope else { return }
        pending.append(try PostgresSettings.entering(scope))
        self.scope = scope
    }

    /// The body has returned: a reference that it kept reaches nothing any more.
    func end() {
        isOver = true
    }

    private func run(
        _ command: PostgresCommand, _ receive: (borrowing PostgresResult) throws(StorageError) -> Void
    ) throws(StorageError) {
        try refuseWhenOver()
        let commands = pending + [command]
        pending = []
        hasBegun = true
        do {
            try connection.exchange(commands) { index, result throws(StorageError) in
                if index == commands.count - 1 { try receive(result) }
            }
        } catch {
            failure = error
            throw error
        }
    }

    private func refuseWhenOver() throws(StorageError) {
        if let failure { throw failure }
        guard !isOver else { throw StorageError(.other, "the transaction is over") }
    }
}
