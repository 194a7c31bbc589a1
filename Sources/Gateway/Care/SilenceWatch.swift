internal import Tenancy

/// Tells when Meta may have stopped telling of accounts. It drops an account's subscription after an hour of webhooks that
/// could not be delivered (Meta's webhook documentation), and nobody hears of that: so after an hour in which nothing came
/// from any account, or in which this process could not look, everybody is asked anew.
struct SilenceWatch: Sendable {
    /// So long a silence is looked into, and looked into again while it lasts, in seconds.
    static let limit = 3_600

    /// Whoever was last asked before it is asked anew; `nil` where nobody is.
    private(set) var askSince: Timestamp?
    private var isSilent = false
    private var lastLook: ContinuousClock.Instant?

    /// - Parameters:
    ///   - newest: when the last webhook of any account came; `nil` where none ever did.
    ///   - looked: the moment by a clock that nobody sets.
    mutating func look(newest: Timestamp?, now: Timestamp, looked: ContinuousClock.Instant) {
        let wasAway = lastLook.map { $0.duration(to: looked) >= .seconds(Self.limit) } ?? false
        lastLook = looked
        let wasSilent = isSilent
        isSilent = newest.map { $0.adding(seconds: Self.limit) <= now } ?? false
        // Once more at the end: what was asked for before may have been dropped since.
        let isDue = isSilent && askSince.map { $0.adding(seconds: Self.limit) <= now } ?? true
        if isDue || wasAway || (wasSilent && !isSilent) { askSince = now }
    }

    /// Nobody is left who was to be asked.
    mutating func allAsked() {
        if !isSilent { askSince = nil }
    }
}
