internal import Tenancy

/// Which tenants have more replies waiting than are being sent: making still more of them has to wait.
///
/// Events could be processed far faster than replies are sent, and both share the database: without a bound an overload
/// would go into the queue of replies and take away what would have emptied it. Events of such a tenant are therefore taken
/// up a few at a time: never stopped, for among them may be a person of the practice who has taken over.
struct SendBacklog: Sendable {
    /// Replies of one tenant that may wait beside those that are worked at.
    static let most = 32
    /// Of all such tenants one is taken up at a time, this many milliseconds apart, and so many of its events.
    static let interval: Int64 = 100
    static let batch = 4

    private var crowded: Set<TenantID> = []
    private var takenAt: [TenantID: Timestamp] = [:]
    private var nextTurn = Timestamp(milliseconds: 0)

    /// What the newest look for due replies has left waiting.
    /// - Parameter hasSeen: whether the look has seen all of a tenant's due replies, or more than ``most``.
    /// - Returns: whether somebody is in the crowd no more.
    mutating func observe(waiting: [TenantID: Int], hasSeen: (TenantID) -> Bool) -> Bool {
        let before = crowded
        crowded = Set(waiting.lazy.filter { $0.value > Self.most }.map(\.key))
        crowded.formUnion(before.filter { !hasSeen($0) })
        takenAt = takenAt.filter { crowded.contains($0.key) }
        return !before.isSubset(of: crowded)
    }

    func contains(_ tenant: TenantID) -> Bool { crowded.contains(tenant) }

    /// Leaves out those whose events have to wait.
    /// - Parameter tenants: with due events.
    /// - Returns: those that may be taken up, and when the next of the others may; `nil` where none waits.
    mutating func admit(_ tenants: [TenantID], now: Timestamp) -> (tenants: [TenantID], next: Timestamp?) {
        var admitted = tenants.filter { !crowded.contains($0) }
        let waiting = tenants.filter(crowded.contains)
        guard !waiting.isEmpty else { return (admitted, nil) }
        // A clock that was set back does not make anybody wait for it.
        let mayBegin = now >= nextTurn || nextTurn > now.adding(milliseconds: Self.interval)
        if mayBegin, let longest = waiting.min(by: { taken($0) < taken($1) }) {
            // First: there may be room for few.
            admitted.insert(longest, at: 0)
            takenAt[longest] = now
            nextTurn = now.adding(milliseconds: Self.interval)
        }
        return (admitted, nextTurn)
    }

    private func taken(_ tenant: TenantID) -> Timestamp { takenAt[tenant] ?? Timestamp(milliseconds: 0) }
}
