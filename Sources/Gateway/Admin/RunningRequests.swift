internal import HTTPTypes
internal import Synchronization

/// Requests that take more than a look into the database: one at a time for each thing that they are about, and few in all, so
/// that no key takes the way to Meta, or the writer, from everybody else.
final class RunningRequests<Key: Hashable & Sendable>: Sendable {
    private let most: Int
    private let running = Mutex<Set<Key>>([])

    /// - Parameter most: how many may run at the same time in this process.
    init(most: Int) {
        self.most = most
    }

    /// Runs it, if there is room.
    /// - Throws: ``Problem`` 429 with `Retry-After`, or what the body throws.
    func run<Value>(_ key: Key, _ body: () async throws -> Value) async throws -> Value {
        let mayRun = running.withLock { $0.count < most && $0.insert(key).inserted }
        guard mayRun else {
            throw Problem(
                .tooManyRequests,
                "The same is running already, or too much of it. Please try again in a while.",
                headers: [.retryAfter: "5"])
        }
        defer { running.withLock { _ = $0.remove(key) } }
        return try await body()
    }
}
