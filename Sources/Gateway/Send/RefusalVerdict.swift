internal import Integrations
internal import Tenancy

/// What follows when Meta certainly did not apply a send. Pure: the shell writes it down.
struct RefusalVerdict: Sendable, Hashable {
    var state: Reply.State
    var reason: Reply.Reason?
    var part: ReplyPart.State
    var dueAt: Timestamp?
    /// The whole account pauses until then.
    var pauseUntil: Timestamp?
    var connection: ConnectionChange?

    /// What happens to the connection itself.
    struct ConnectionChange: Sendable, Hashable {
        var state: Connection.State
        var reason: Connection.Reason
    }

    /// Attempts after which an error that looks lasting is believed, and the least time that has to have passed, in seconds:
    /// Meta's outages are longer than eight attempts take, and few accounts do not open the breaker.
    static let patience = 8
    static let patienceSeconds = 3_600
    /// A throttled account waits so long where Meta does not say, in seconds.
    static let throttlePause = 60
    /// Meta called it abuse: an hour's silence, in seconds.
    static let policyPause = 3_600

    /// - Parameters:
    ///   - attempts: how many there were, this one included.
    ///   - since: when the reply was made.
    ///   - metasFault: many accounts fail at once, so this one's connection stays as it is.
    init(_ error: GraphError, attempts: Int, since: Timestamp, now: Timestamp, metasFault: Bool) {
        state = .failed
        part = .failed
        let later = now.adding(milliseconds: RetrySchedule.wait(afterAttempt: attempts))
        switch error.kind {
        case .notSent, .noAnswer, .transient:
            retry(nil, at: later)
        case .throttled:
            let until = now.adding(seconds: error.retryAfter ?? Self.throttlePause)
            retry(.throttled, at: until)
            pauseUntil = until
        case .tokenDead where metasFault:
            retry(nil, at: later)
        case .tokenDead:
            state = .held
            part = .queued
            reason = .waitingForReconnect
            connection = ConnectionChange(state: .reconnectRequired, reason: .tokenDead)
        case .unsupported, .malformed, .gone:
            // A 100 without a known subcode has been Meta's outage before: patience, and never a disconnect.
            if metasFault || !Self.isLasting(attempts: attempts, since: since, now: now) {
                retry(nil, at: later)
            } else {
                reason = .content
            }
        case .windowClosed:
            state = .expired
            reason = .windowClosed
        case .recipientUnreachable: reason = .recipientUnreachable
        case .wrongRecipient: reason = .wrongRecipient
        case .notThreadOwner: reason = .notThreadOwner
        case .permission where metasFault:
            retry(nil, at: later)
        case .permission:
            reason = .permission
            if !error.concernsAppsAccess {
                connection = ConnectionChange(state: .degraded, reason: .scopesMissing)
            }
        case .policy:
            reason = .policy
            pauseUntil = now.adding(seconds: Self.policyPause)
        case .content: reason = .content
        }
    }

    /// Whether it was tried often and long enough.
    static func isLasting(attempts: Int, since: Timestamp, now: Timestamp) -> Bool {
        attempts >= patience && now >= since.adding(seconds: patienceSeconds)
    }

    /// Back to the queue; the connection stays as it is.
    mutating func retry(_ reason: Reply.Reason?, at moment: Timestamp) {
        state = .queued
        part = .queued
        self.reason = reason
        dueAt = moment
        connection = nil
    }
}
