/// When something that certainly was not applied is tried again: exponential with equal jitter, capped.
///
/// Equal jitter keeps half of each wait: full jitter can burn all attempts within seconds.
enum RetrySchedule {
    private static let base = 1_000
    private static let cap = 300_000

    /// - Parameter attempt: how many attempts there were, from 1.
    /// - Returns: milliseconds until the next.
    static func wait(afterAttempt attempt: Int) -> Int64 {
        let whole = min(cap, base << min(max(attempt - 1, 0), 16))
        return Int64(whole / 2 + Int.random(in: 0...whole / 2))
    }
}
