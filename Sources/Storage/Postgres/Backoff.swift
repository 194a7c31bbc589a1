/// Waits that double, each shortened by chance, so that those who failed together do not come back together.
struct Backoff: Sendable {
    /// The longest first wait.
    var base: Duration
    /// The longest wait at all.
    var cap: Duration

    /// - Parameter attempt: 1 for the wait after the first failure.
    func delay(_ attempt: Int) -> Duration {
        delay(attempt, chance: Double.random(in: 0...1))
    }

    /// - Parameter chance: from 0, half of the full wait, to 1, all of it.
    func delay(_ attempt: Int, chance: Double) -> Duration {
        let full = min(cap, base * (1 << min(max(attempt - 1, 0), 20)))
        return full * (0.5 + chance / 2)
    }
}
