internal import Metrics
internal import Synchronization

/// One time series: what swift-metrics' handlers write to and what a scrape reads.
final class PrometheusSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler
{
    /// The label pairs as they stand in the exposition, braces included; empty without labels.
    let labels: String
    /// Upper bounds of a histogram's buckets, rising; empty for everything else.
    let bounds: [Double]
    private let state: Mutex<State>

    /// What a scrape shows.
    struct State {
        var value = 0.0
        /// Observations per bucket, not yet summed; the last one is beyond every bound.
        var buckets: [UInt64]
        var sum = 0.0
        var count: UInt64 = 0
    }

    init(labels: String, bounds: [Double]) {
        self.labels = labels
        self.bounds = bounds
        state = Mutex(State(buckets: bounds.isEmpty ? [] : Array(repeating: 0, count: bounds.count + 1)))
    }

    /// One consistent reading.
    func reading() -> State { state.withLock { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }

    /// Counters never fall: a negative or unreadable amount counts as nothing.
    func increment(by amount: Double) { add(amount) }

    func decrement(by amount: Double) { state.withLock { $0.value -= amount } }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { state.withLock { $0.value = value } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        guard !bounds.isEmpty else { return set(value) }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.buckets[bucket] += 1
            state.sum += value
            state.count += 1
        }
    }

    /// Timers are shown in seconds, Prometheus' base unit.
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func reset() {
        state.withLock { $0 = State(buckets: $0.buckets.map { _ in 0 }) }
    }

    private func add(_ amount: Double) {
        guard amount.isFinite, amount >= 0 else { return }
        state.withLock { $0.value += amount }
    }
}
