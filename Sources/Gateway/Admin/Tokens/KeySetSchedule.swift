internal import Tenancy

/// When a key set is read anew. Pure.
struct KeySetSchedule: Sendable, Hashable {
    /// Why it might be.
    enum Reason: Sendable, Hashable {
        /// Somebody needs it.
        case use
        /// A token cannot be verified with the set there is, perhaps with a newer one.
        case unknownKey
    }

    /// In seconds.
    struct Times: Sendable, Hashable {
        /// After which a set is read anew.
        var age: Int
        /// Between two readings: whoever invents ids of keys must not make us ask the issuer each time.
        var pause: Int
        /// The same while there is no set at all and every token is refused.
        var firstPause: Int

        /// Of a set behind a URL.
        static let url = Times(age: 600, pause: 60, firstPause: 5)
        /// Of a file: reading it is cheap, and so a change is noticed soon.
        static let file = Times(age: 10, pause: 1, firstPause: 1)
    }

    let times: Times
    /// The last reading that gave a set.
    private(set) var readAt: Timestamp?
    private(set) var triedAt: Timestamp?

    init(_ times: Times) {
        self.times = times
    }

    /// Whether to read now; if so, the reading counts as begun.
    mutating func begin(_ reason: Reason, now: Timestamp) -> Bool {
        let pause = readAt == nil ? times.firstPause : times.pause
        guard Self.isOver(pause, since: triedAt, now) else { return false }
        guard reason == .unknownKey || Self.isOver(times.age, since: readAt, now) else { return false }
        triedAt = now
        return true
    }

    /// A reading gave a set.
    mutating func succeeded(now: Timestamp) { readAt = now }

    /// A clock that was set back must not stop reading: then it is over as well.
    private static func isOver(_ seconds: Int, since moment: Timestamp?, _ now: Timestamp) -> Bool {
        guard let moment else { return true }
        return !(0..<Int64(seconds) * 1000).contains(now.milliseconds - moment.milliseconds)
    }
}
