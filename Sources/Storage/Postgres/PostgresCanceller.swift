internal import CPostgres
internal import Foundation
internal import Synchronization

/// Cancels the statement that a connection runs, from another thread.
///
/// SAFETY: libpq never changes a `PGcancel`, so any thread may use it; it is freed when nobody holds this object.
@safe final class PostgresCanceller: @unchecked Sendable {
    private let pointer: OpaquePointer
    /// Whose statement runs. Locked while a request is on its way, so that it never meets the next one's statement.
    private let current = Mutex<PostgresTicket?>(nil)

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe PQfreeCancel(pointer)
    }

    /// The connection's thread now works for `ticket`; `nil` for work that is not to be cancelled. May wait for a
    /// request that is on its way.
    func watch(_ ticket: PostgresTicket?) {
        current.withLock { $0 = ticket }
    }

    /// Returns at once; the request, which waits for the network, goes out on a thread of its own.
    func cancel(_ ticket: PostgresTicket) {
        let thread = Thread { self.request(ticket) }
        thread.name = "clariva-pg-cancel"
        thread.start()
    }

    /// A request that comes while no statement runs is lost: it is repeated until the work has ended.
    private func request(_ ticket: PostgresTicket) {
        while send(for: ticket) { Thread.sleep(forTimeInterval: 0.1) }
    }

    /// - Returns: whether the connection still works for the ticket.
    private func send(for ticket: PostgresTicket) -> Bool {
        current.withLock { current in
            guard current === ticket else { return false }
            var message = [CChar](repeating: 0, count: 256)
            // A failure has no remedy here: the statement ends by itself or by its time-out.
            _ = unsafe PQcancel(pointer, &message, Int32(message.count))
            return true
        }
    }
}

/// The caller's end of a read: it outlives the work, so that a late cancellation finds nothing to harm.
final class PostgresTicket: Sendable {
    private let cancelled = Mutex(false)

    var isCancelled: Bool { cancelled.withLock { $0 } }

    func cancel() {
        cancelled.withLock { $0 = true }
    }
}
