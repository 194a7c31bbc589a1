/// An SQL engine: the one seam between Clariva and a database.
///
/// Bodies are synchronous and run on the engine's own threads, never on the cooperative pool. A body may run more than
/// once (an engine retries serialization failures), so it must have no effect outside its transaction.
/// What every engine must do is written down as tests: `EngineConformance`.
public protocol Engine: Sendable {
    /// The engine's SQL dialect, for migrations only: repositories write SQL that both understand.
    var dialect: Dialect { get }

    /// Reads one consistent snapshot.
    /// - Parameters:
    ///   - scope: whose rows the body may see.
    ///   - body: reads and returns values.
    /// - Throws: ``StorageError``, or what `body` throws.
    func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Writes in a transaction of its own. When this returns, the change is durable.
    ///
    /// Writers that wait together may share one durable commit; each still stands alone, so that one whose body throws
    /// takes nothing of the others with it.
    /// - Parameters:
    ///   - scope: whose rows the body may see and change.
    ///   - body: reads and writes; what it throws rolls its own changes back.
    /// - Throws: ``StorageError``, or what `body` throws.
    @discardableResult
    func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Lets nothing of what was deleted or overwritten stay in the files that the engine itself writes: for what was
    /// destroyed on purpose. Whoever writes waits meanwhile.
    /// - Throws: ``StorageError`` where somebody still reads what was there before; it may be tried again.
    func scrub() async throws

    /// Ends all work and releases files and connections. Later calls throw ``StorageError/Kind/unavailable``.
    func close() async
}

extension Engine {
    /// Nothing, for servers: what becomes of dead rows and of the log is their operators' to say.
    public func scrub() async throws {}

    /// Whether a process writes one transaction after the other, so that a second one at the same time gains nothing.
    /// Where it does not, each statement costs a way to a server and back.
    public var hasOneWriter: Bool { dialect == .sqlite }
}

/// Which SQL an engine speaks.
public enum Dialect: String, Sendable {
    case sqlite
    case postgres
}

/// Whose rows a transaction may touch. On PostgreSQL row-level security enforces it.
public enum Scope: Sendable, Hashable {
    /// One tenant's rows.
    case tenant(Identifier)
    /// The small global tables: tenants, routes, links, keys.
    case global
    /// Appends received events of several tenants; may insert, may not read.
    case ingest
    /// Workers' leases and the owners of shards: global tables, and work that must not wait behind other work.
    case leases
    /// Loads due work of all tenants.
    case shardLoad
    /// Operators' lists across tenants.
    case operators
}

/// One open transaction. It must not leave the body that it was given to.
public protocol Transaction {
    /// Runs a statement.
    /// - Parameters:
    ///   - sql: with `?1`, `?2`, ... for values.
    ///   - values: bound in that order.
    /// - Returns: how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int

    /// Runs one statement for many rows of values.
    /// - Returns: how many rows it changed in all.
    @discardableResult
    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws(StorageError) -> Int

    /// Runs a query.
    /// - Returns: all its rows.
    func query(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [SQLRow]

    /// Runs a query and keeps its rows until the transaction ends.
    /// - Parameter clause: how PostgreSQL locks them, such as `FOR SHARE OF t`. SQLite has one writer and needs none.
    /// - Returns: all its rows.
    func locking(_ sql: String, _ values: [SQLValue], _ clause: String) throws(StorageError) -> [SQLRow]

    /// The database's own clock: one for all its processes.
    /// - Returns: milliseconds since 1970.
    func clock() throws(StorageError) -> Int64

    /// Changes whose rows the rest of the transaction may touch: for the few transitions that move a row from one
    /// tenant to another. It costs nothing where they are the same.
    func enter(_ scope: Scope) throws(StorageError)
}

extension Transaction {
    /// Runs a query that gives at most one row.
    /// - Returns: its first row, or `nil`.
    public func first(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> SQLRow? {
        try query(sql, values).first
    }
}
