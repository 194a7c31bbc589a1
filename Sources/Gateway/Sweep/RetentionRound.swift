internal import Storage
internal import Tenancy

/// Whose rows are aged next: a value that decides and does nothing. It lives in memory only; after a start everything is
/// looked at once more.
struct RetentionRound: Sendable {
    /// One batch to be done.
    struct Turn: Sendable, Hashable {
        var tenant: TenantID
        var position: RetentionPosition
        /// Payloads up to here were dealt with before.
        var payloadsDone: Identifier
    }

    /// Seconds from the beginning of one round to that of the next, unless it takes longer.
    static let interval = 3600
    /// Seconds after which payloads are looked at from the beginning again: of what was exempt then something may no longer
    /// be.
    static let memory = 86_400

    private var waiting: [TenantID] = []
    private var current: (tenant: TenantID, position: RetentionPosition)?
    private var nextRound = Timestamp(milliseconds: .min)
    private var forgetsAt = Timestamp(milliseconds: .min)
    private var payloadsDone: [TenantID: Identifier] = [:]

    /// Whether a new round should begin; whoever is told so calls ``begin(_:now:)``.
    func isDue(now: Timestamp) -> Bool { current == nil && waiting.isEmpty && now >= nextRound }

    /// - Parameter tenants: all whose rows this process ages.
    mutating func begin(_ tenants: [TenantID], now: Timestamp) {
        // From the end, so that taking one is cheap.
        waiting = tenants.reversed()
        nextRound = now.adding(seconds: Self.interval)
        if now >= forgetsAt {
            payloadsDone = [:]
            forgetsAt = now.adding(seconds: Self.memory)
        }
    }

    /// The next batch; `nil` when the round is over.
    mutating func next() -> Turn? {
        if current == nil { current = waiting.popLast().map { ($0, RetentionPosition()) } }
        return current.map { tenant, position in
            Turn(tenant: tenant, position: position, payloadsDone: payloadsDone[tenant] ?? .least)
        }
    }

    /// The batch of the current turn is durable.
    mutating func did(_ batch: RetentionBatch) {
        guard let tenant = current?.tenant else { return }
        if let done = batch.payloadsDone { payloadsDone[tenant] = done }
        current = batch.next.map { (tenant, $0) }
    }

    /// The tenant of the current turn is left out: it is another worker's now, or its rows cannot be aged.
    mutating func skip() {
        if let tenant = current?.tenant { payloadsDone[tenant] = nil }
        current = nil
    }
}
