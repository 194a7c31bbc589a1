internal import Tenancy

/// Tells when Meta may have stopped telling of accounts. It drops an account's subscription after an hour of webhooks that
/// could not be delivered (Meta's webhook documentation), and nobody hears of that: so after an hour in which nothing came
/// from any account, or in which this process could not look, everybody is asked anew.
struct SilenceWatch: Sendable {
    /// So long a silence is looked into, and looked into again while it lasts, in seconds.
    static let limit = 3_600
    /// After so long the daily checks have come to everybody, in seconds.
    static let memory = 90_000
    /// Between two passes through all connections, in seconds: shards change hands.
    static let rest = 600

    private var isSilent = false
    private var lastLook: ContinuousClock.Instant?
    /// Whoever was last asked before it is asked anew.
    private var askSince: Timestamp?
    /// How far the pass through the connections has come, and when the next one begins.
    private var last: DueConnection?
    private var nextPass = Timestamp(milliseconds: 0)

    /// - Parameters:
    ///   - newest: when the newest event of any account was received; `nil` where none is kept.
    ///   - asked: since when everybody is to be asked, as it is known to all processes.
    ///   - looked: the moment by a clock that nobody sets.
    /// - Returns: whether everybody is to be asked from now on.
    mutating func look(
        newest: Timestamp?, asked: Timestamp?, now: Timestamp, looked: ContinuousClock.Instant
    ) -> Bool {
        let wasAway = lastLook.map { $0.duration(to: looked) >= .seconds(Self.limit) } ?? false
        lastLook = looked
        let wasSilent = isSilent
        isSilent = newest.map { $0.adding(seconds: Self.limit) <= now } ?? false
        let isLongAgo = asked.map { $0.adding(seconds: Self.limit) <= now } ?? true
        // Once more at the end: what was asked for before may have been dropped since.
        let isDue = (isSilent && isLongAgo) || wasAway || (wasSilent && !isSilent)
        let since = isDue ? now : asked
        if since != askSince { (askSince, last, nextPass) = (since, nil, now) }
        return isDue
    }

    /// Which connections are to be looked for now: those unasked since a moment, behind the last one.
    func next(at now: Timestamp) -> (since: Timestamp, last: DueConnection?)? {
        guard let askSince, now >= nextPass, now < askSince.adding(seconds: Self.memory) else { return nil }
        return (askSince, last)
    }

    /// - Parameter last: the last one that was read; `nil` at the end of the pass.
    mutating func passed(_ last: DueConnection?, at now: Timestamp) {
        self.last = last
        if last == nil { nextPass = now.adding(seconds: Self.rest) }
    }
}
