import Tenancy
import Testing

@testable import Gateway

@Suite struct TokenBucketTests {
    private let size = TokenBucket.Size(rate: 2, burst: 3)
    private let begin = Timestamp(milliseconds: 1_750_000_000_000)

    @Test func aFullBucketHoldsABurstAndThenFillsEvenly() {
        var bucket = TokenBucket(size, now: begin)
        for _ in 0..<3 { #expect(bucket.take(size, now: begin) == nil) }
        #expect(bucket.take(size, now: begin) == 500)
        // Being refused costs nothing.
        #expect(bucket.take(size, now: begin.adding(milliseconds: 499)) == 1)
        #expect(bucket.take(size, now: begin.adding(milliseconds: 500)) == nil)
        #expect(bucket.take(size, now: begin.adding(milliseconds: 500)) == 500)
    }

    @Test func aLongRestFillsItNoFurther() {
        var bucket = TokenBucket(size, now: begin)
        for moment in [begin, begin.adding(seconds: 1_000_000), Timestamp(milliseconds: .max)] {
            for _ in 0..<3 { #expect(bucket.take(size, now: moment) == nil) }
            #expect(bucket.take(size, now: moment) != nil)
        }
    }

    @Test func aClockThatGoesBackNeitherFillsNorLocks() {
        var bucket = TokenBucket(size, now: begin)
        for _ in 0..<3 { _ = bucket.take(size, now: begin) }
        let earlier = begin.adding(seconds: -3600)
        #expect(bucket.take(size, now: earlier) == 500)
        #expect(bucket.take(size, now: earlier.adding(milliseconds: 500)) == nil)
    }

    @Test(arguments: [(1, 1000), (3, 334), (7, 143), (1000, 1), (5000, 1)])
    func theWaitIsLongEnough(_ rate: Int, _ wait: Int64) {
        let size = TokenBucket.Size(rate: rate, burst: 1)
        var bucket = TokenBucket(size, now: begin)
        _ = bucket.take(size, now: begin)
        #expect(bucket.take(size, now: begin) == wait)
        #expect(bucket.take(size, now: begin.adding(milliseconds: wait)) == nil)
    }

    @Test func eachCallerHasABucketOfItsOwn() {
        var buckets = TokenBuckets<Int>(size, capacity: 10)
        for caller in 0..<3 {
            for _ in 0..<3 { #expect(buckets.take(caller, now: begin) == nil) }
            #expect(buckets.take(caller, now: begin) == 500)
        }
    }

    @Test func memoryIsBoundedAndWhoGoesOnIsRemembered() {
        var buckets = TokenBuckets<Int>(size, capacity: 10)
        for _ in 0..<3 { _ = buckets.take(-1, now: begin) }
        for caller in 0..<1000 {
            _ = buckets.take(caller, now: begin)
            #expect(buckets.take(-1, now: begin) != nil)
            #expect(buckets.count <= 20)
        }
    }
}
