internal import Tenancy

/// The buckets of many callers, in bounded memory.
///
/// Two generations: what is used stands in the young one; when that is full it becomes the old one, and what was in the old
/// one is forgotten. A caller that is forgotten begins with a full bucket: it takes as many others as a generation holds
/// to get there.
struct TokenBuckets<Caller: Hashable & Sendable>: Sendable {
    private let size: TokenBucket.Size
    private let capacity: Int
    private var young: [Caller: TokenBucket] = [:]
    private var old: [Caller: TokenBucket] = [:]

    /// - Parameter capacity: callers of a generation; at most twice as many are remembered.
    init(_ size: TokenBucket.Size, capacity: Int) {
        self.size = size
        self.capacity = capacity
    }

    /// How many callers are remembered, some of them twice.
    var count: Int { young.count + old.count }

    /// Takes a token of a caller's.
    /// - Returns: `nil` where there was one; otherwise in how many milliseconds there will be.
    mutating func take(_ caller: Caller, now: Timestamp) -> Int64? {
        var bucket = young[caller] ?? old[caller] ?? TokenBucket(size, now: now)
        let wait = bucket.take(size, now: now)
        if young[caller] == nil, young.count >= capacity {
            old = young
            young = [:]
        }
        young[caller] = bucket
        return wait
    }
}
