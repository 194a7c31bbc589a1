/// When something that certainly was not applied is tried again: exponential with equal jitter, capped.
///
/// Equal jitter keeps half of each wait: full jitter can burn all attempts within seconds.
enum RetrySchedule {
    /// - Parameters:
    ///   - attempt: how many attempts there were, from 1.
    ///   - base: the wait after the first one, in milliseconds.
    ///   - cap: the longest wait, in milliseconds.
    /// - Returns: milliseconds until the next.
    static func wait(afterAttempt attempt: Int, base: Int = 1_000, cap: Int = 300_000) -> Int64 {
        let whole = min(cap, base << min(max(attempt - 1, 0), 16))
        return Int64(whole / 2 + Int.random(in: 0...whole / 2))
    }
}
