internal import Tenancy

/// When an owner who could not be told is tried again. Pure.
///
/// The waits are those that Standard Webhooks recommends: seconds at first, a day at last, three days in all.
enum NoticeSchedule {
    /// Seconds after each failed attempt; there is one attempt more than waits.
    static let waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

    /// - Parameters:
    ///   - attempts: how many have failed, from 1.
    ///   - asked: how long the receiver wants to be left alone, in seconds.
    /// - Returns: when to try next; `nil` where it is given up.
    static func next(after attempts: Int, asked: Int? = nil, now: Timestamp) -> Timestamp? {
        guard attempts >= 1, attempts <= waits.count else { return nil }
        let wait = waits[attempts - 1]
        // A tenth up or down, so that what failed together does not come back together.
        let jittered = Int64(wait) * 900 + Int64.random(in: 0...Int64(wait) * 200)
        return now.adding(milliseconds: max(jittered, Int64(min(asked ?? 0, longestAsked)) * 1000))
    }

    /// The longest wait that a receiver may ask for, in seconds.
    static let longestAsked = 86_400
}
