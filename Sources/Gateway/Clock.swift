internal import Foundation
public import Tenancy

/// Where time comes from, so that tests need not wait for it.
public protocol WallClock: Sendable {
    /// This moment.
    var now: Timestamp { get }

    /// Returns at that moment, or at once where it has passed.
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until moment: Timestamp) async throws

    /// Like ``sleep(until:)``, for a short wait in the middle of a work that nothing else can end. A clock that is set by
    /// hand moves on by itself here, since whoever sets it waits for the work.
    func pause(until moment: Timestamp) async
}

extension WallClock {
    /// Sleeps like ``sleep(until:)``, but ends silently when the task is cancelled.
    public func pause(until moment: Timestamp) async {
        // A cancelled pause ends at once; what it delayed then fails by itself.
        try? await sleep(until: moment)
    }
}

/// The machine's own clock.
public struct SystemClock: WallClock {
    /// Stateless: all instances tell the same time.
    public init() {}

    /// The system's time, rounded down to a millisecond.
    public var now: Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// Sleeps for the time left when it is called; a system clock that is set meanwhile does not change that.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until moment: Timestamp) async throws {
        let wait = moment.milliseconds - now.milliseconds
        if wait > 0 { try await Task.sleep(for: .milliseconds(wait)) }
    }
}
