/// The engine for several processes: PostgreSQL through libpq.
///
/// Each connection has a thread of its own; calls queue for them. Reads see one snapshot (REPEATABLE READ), writes run
/// at READ COMMITTED. A transaction that loses against another (40001, 40P01) is run again, as is one whose connection
/// was lost before its COMMIT went out. A connection lost during COMMIT leaves the outcome unknown: such a write throws
/// ``StorageError/Kind/unavailable`` and is never run again by the engine.
///
/// A read's task may be cancelled, which takes it from the queue or cancels its statement. A write is not cancelled, as
/// on SQLite: what it writes down has happened already.
public final class PostgresEngine: Engine {
    /// PostgreSQL's SQL.
    public var dialect: Dialect { .postgres }

    private let pool: PostgresPool

    /// Connects with the first call, not here: a service starts also while its database does not.
    public init(_ configuration: PostgresConfiguration) {
        pool = PostgresPool(configuration)
    }

    deinit {
        pool.shutDown()
    }

    /// Reads one snapshot; see ``Engine/read(_:_:)``.
    /// - Throws: also `CancellationError`.
    public func read<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        let ticket = PostgresTicket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                pool.submit(PostgresBody(scope, ticket: ticket, body: body, continuation: continuation))
            }
        } onCancel: {
            ticket.cancel()
            pool.cancel(ticket)
        }
    }

    /// Writes in a transaction of its own; see ``Engine/write(_:_:)``.
    public func write<Value: Sendable>(
        _ scope: Scope, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit(PostgresBody(scope, ticket: nil, body: body, continuation: continuation))
        }
    }

    /// Refuses whoever waits, lets running bodies end and closes the connections. A second call waits likewise.
    public func close() async {
        pool.shutDown()
        await pool.ended()
    }
}
