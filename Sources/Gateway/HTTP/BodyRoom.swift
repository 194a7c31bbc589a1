internal import Synchronization

/// Memory for bodies of webhooks that are being read, all connections together.
final class BodyRoom: Sendable {
    /// As much as may wait for the store.
    static let limit = StorePressure.byteLimit

    private let taken = Mutex(0)

    /// - Parameter size: bytes that the body may have.
    /// - Returns: whether there is room for it; then it is to be given back by ``free(_:)``.
    func take(_ size: Int) -> Bool {
        taken.withLock { taken in
            guard size >= 0, taken + size <= Self.limit else { return false }
            taken += size
            return true
        }
    }

    func free(_ size: Int) { taken.withLock { $0 -= size } }
}
