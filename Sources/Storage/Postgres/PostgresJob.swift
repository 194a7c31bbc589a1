internal import Synchronization

/// Work that waits for a connection.
protocol PostgresJob: Sendable {
    var scope: Scope { get }
    var isRead: Bool { get }
    /// Of a read, which may be cancelled. A write runs to its end: what it writes down has happened already.
    var ticket: PostgresTicket? { get }
    /// Runs the body and keeps its outcome. It may be called again.
    /// - Returns: what the body threw.
    func attempt(_ transaction: any Transaction) -> (any Error)?
    /// The transaction has ended well: whoever waits gets the outcome. Called once, or else ``fail(_:)`` once.
    func succeed()
    func fail(_ error: any Error)
}

/// A body with the continuation that waits for its end.
final class PostgresBody<Value: Sendable>: PostgresJob {
    let scope: Scope
    let ticket: PostgresTicket?
    private let body: @Sendable (any Transaction) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private let value = Mutex<Value?>(nil)

    init(
        _ scope: Scope, ticket: PostgresTicket?, body: @escaping @Sendable (any Transaction) throws -> Value,
        continuation: CheckedContinuation<Value, any Error>
    ) {
        self.scope = scope
        self.ticket = ticket
        self.body = body
        self.continuation = continuation
    }

    var isRead: Bool { ticket != nil }

    func attempt(_ transaction: any Transaction) -> (any Error)? {
        do {
            let value = try body(transaction)
            self.value.withLock { $0 = value }
            return nil
        } catch {
            return error
        }
    }

    func succeed() {
        guard let value = value.withLock({ $0 }) else { return fail(StorageError(.other, "the body did not run")) }
        continuation.resume(returning: value)
    }

    func fail(_ error: any Error) {
        continuation.resume(throwing: ticket?.isCancelled == true ? CancellationError() : error)
    }
}
