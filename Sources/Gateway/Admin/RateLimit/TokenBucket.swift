internal import Tenancy

/// A budget that fills evenly up to a limit: each request takes one token, and waits where there is none.
///
/// Counted in thousandths of a token, so that a rate a second adds exactly `rate` for each millisecond.
struct TokenBucket: Sendable, Hashable {
    /// How quickly buckets fill, and how much they hold.
    struct Size: Sendable, Hashable {
        /// Tokens a second, above zero.
        var rate: Int
        /// Tokens that a full bucket holds, above zero.
        var burst: Int
    }

    private var thousandths: Int64
    private var filledAt: Timestamp

    /// A full bucket.
    init(_ size: Size, now: Timestamp) {
        thousandths = Int64(size.burst) * 1000
        filledAt = now
    }

    /// Takes a token.
    /// - Parameters:
    ///   - size: the same as ever.
    ///   - now: where the clock goes back, the bucket fills from there on.
    /// - Returns: `nil` where there was one; otherwise in how many milliseconds there will be.
    mutating func take(_ size: Size, now: Timestamp) -> Int64? {
        let (full, rate) = (Int64(size.burst) * 1000, Int64(size.rate))
        // More time than it takes to fill from empty makes no difference, and must not overflow.
        let elapsed = min(max(now.milliseconds - filledAt.milliseconds, 0), full / rate + 1)
        thousandths = min(thousandths + elapsed * rate, full)
        filledAt = now
        if thousandths >= 1000 {
            thousandths -= 1000
            return nil
        }
        return (1000 - thousandths + rate - 1) / rate
    }
}
