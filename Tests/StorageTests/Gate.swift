import Foundation

/// Holds a database body (a thread of the engine's, never one of the cooperative pool) until a test lets it pass.
final class Gate: Sendable {
    private let condition = NSCondition()
    // SAFETY: read and written only while `condition` is locked.
    nonisolated(unsafe) private var isOpen = false

    /// Waits until the gate is open; a body that runs again passes at once.
    func pass() {
        condition.lock()
        defer { condition.unlock() }
        while !isOpen { condition.wait() }
    }

    func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }
}

/// Tells an asynchronous test that a synchronous body has come to a place.
struct Arrival: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func report() {
        continuation.yield()
    }

    func wait() async {
        for await _ in stream { return }
    }
}
