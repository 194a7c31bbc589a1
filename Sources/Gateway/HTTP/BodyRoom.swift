internal import Synchronization

/// Memory for what has come of large webhooks, all connections together. Small ones (``WebhookLane``) are bounded by their
/// size and by the number of connections.
final class BodyRoom: Sendable {
    /// As much as may wait for the store.
    static let limit = StorePressure.byteLimit

    private let taken = Mutex(0)

    /// - Parameter size: bytes that have come.
    /// - Returns: whether there is room for them; then it is to be given back by ``free(_:)``.
    func take(_ size: Int) -> Bool {
        taken.withLock { taken in
            guard taken + size <= Self.limit else { return false }
            taken += size
            return true
        }
    }

    func free(_ size: Int) { taken.withLock { $0 -= size } }
}
