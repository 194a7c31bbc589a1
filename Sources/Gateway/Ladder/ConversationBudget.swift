internal import Synchronization
internal import Tenancy

/// Meta allows two calls a second per account to the Conversations API, of which looking one message up is a part; beyond
/// that callers wait their turn.
final class ConversationBudget: Sendable {
    private let clock: any WallClock
    /// When each account's next call may start.
    private let next = Mutex<[String: Timestamp]>([:])

    private static let interval: Int64 = 500
    private static let remembered = 10_000

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// Waits until the account may be asked again. A cancelled wait returns at once; the call then fails by itself.
    func take(_ account: String) async {
        let now = clock.now
        let turn = next.withLock { next in
            if next.count > Self.remembered { next = next.filter { $0.value > now } }
            let turn = max(next[account] ?? now, now)
            next[account] = turn.adding(milliseconds: Self.interval)
            return turn
        }
        await clock.pause(until: turn)
    }
}
