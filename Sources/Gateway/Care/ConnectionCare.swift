internal import Integrations
internal import Storage
internal import Tenancy

/// What a connection needs, and when. Pure: ``Pipeline`` asks it, and does it.
struct ConnectionCare: Sendable, Hashable {
    /// Days before the token's end at which its end is warned of.
    static let ladder = [14, 7, 3, 1]
    /// Renewals of tokens that were got together are spread over so much time, in milliseconds.
    static let spread: Int64 = 86_400_000

    /// Between two looks at what Meta lets it do, in seconds; each connection's own moment lies within an hour more.
    static let checkInterval = 86_400
    /// A look that failed is taken again after so long, in seconds.
    static let checkAgain = 3_600

    private static let day = 86_400

    var connection: Connection
    var plan: CarePlan
    /// When tokens of this flow are renewed; `nil` where they do not end, or the flow is off.
    var lifetime: TokenLifetime?
    /// The check that was planned when this visit began.
    var plannedCheck: Timestamp?
    /// Whether the flow is switched on: otherwise Meta cannot be asked.
    var isOn = true

    /// Who cannot answer is not cared for: only a person's connect helps.
    private var isAlive: Bool { connection.state.answers && connection.token != nil }

    /// From when on the token is to be renewed; `nil` where it is not.
    var refreshAt: Timestamp? {
        guard isAlive, let lifetime, let issued = connection.tokenIssuedAt else { return nil }
        // The id's last bits are random, and the same at each look.
        let jitter = Int64(connection.id.raw.low % UInt64(Self.spread))
        let planned = issued.adding(seconds: lifetime.refreshAge).adding(milliseconds: jitter)
        guard let end = connection.tokenExpiresAt else { return planned }
        // One that lives shorter than it should is renewed before its end is warned of, if Meta lets it.
        let latest = end.adding(seconds: -(Self.ladder[0] + 1) * Self.day)
        return min(planned, max(latest, issued.adding(seconds: lifetime.youngestRefresh)))
    }

    /// From when on Meta is to be asked what the connection may do; `nil` where it is not.
    var checkAt: Timestamp? {
        guard isAlive, isOn else { return nil }
        if let asked = plan.checkAt { return asked }
        let jitter = Int64(connection.id.raw.low % 3_600_000)
        // Connecting looks at everything, too.
        let last = max(plan.checkedAt ?? connection.updatedAt, connection.updatedAt)
        // Who is told of nothing may have mended it a moment ago.
        if connection.reason == .notSubscribed { return last.adding(seconds: Self.checkAgain) }
        return last.adding(seconds: Self.checkInterval).adding(milliseconds: jitter)
    }

    /// When a check is to come after this visit: somebody may have asked for one meanwhile.
    /// - Parameter stored: the plan as it stands now.
    func checkAt(beside stored: CarePlan?) -> Timestamp? {
        stored?.checkAt == plannedCheck ? plan.checkAt : stored?.checkAt
    }

    /// Whether Meta is to be asked now what the connection may do.
    func wantsCheck(at now: Timestamp) -> Bool { checkAt.map { $0 <= now } ?? false }

    /// Whether the token is to be renewed now.
    func wantsRefresh(at now: Timestamp) -> Bool { refreshAt.map { $0 <= now } ?? false }

    /// Whether the token has ended by its own age: that it is dead then is nobody's fault.
    func hasEnded(at now: Timestamp) -> Bool { connection.tokenExpiresAt.map { $0 <= now } ?? false }

    /// The step of the ladder that is to be told now, in days; `nil` where none is, or it was told.
    func warning(at now: Timestamp) -> Int? {
        guard isAlive, let end = connection.tokenExpiresAt,
            let step = Self.ladder.last(where: { end.adding(seconds: -$0 * Self.day) <= now })
        else { return nil }
        return plan.warned == 0 || step < plan.warned ? step : nil
    }

    /// When it is looked after next: at once where something is due.
    /// - Parameters:
    ///   - retryAt: when a renewal that has failed is tried again.
    ///   - silentUntil: until when Meta is not asked.
    func nextVisit(
        after now: Timestamp, retryAt: Timestamp? = nil, silentUntil: Timestamp? = nil
    ) -> Timestamp? {
        guard isAlive else { return nil }
        let questions = [retryAt ?? refreshAt, checkAt].compactMap(\.self).map { max($0, silentUntil ?? now, now) }
        let warnings = connection.tokenExpiresAt.map { end in
            Self.ladder.map { end.adding(seconds: -$0 * Self.day) }.filter { $0 > now }
        }
        return (questions + (warnings ?? [])).min()
    }

    /// When a renewal that has failed is tried again: five minutes at first, six hours at last, and never earlier than Meta
    /// has asked for.
    /// - Parameter attempts: how many have failed, from 1.
    static func retry(after attempts: Int, _ error: GraphError?, now: Timestamp) -> Timestamp {
        let wait = RetrySchedule.wait(afterAttempt: attempts, base: 300_000, cap: 21_600_000)
        let asked = error?.pause.map { now.adding(seconds: $0) } ?? now
        return max(now.adding(milliseconds: wait), asked)
    }
}
