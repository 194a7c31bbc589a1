internal import Tenancy

/// Whether a connection's webhooks name their senders. Pure.
struct SenderlessWatch: Sendable, Hashable {
    /// From this share on something is wrong with the account's webhooks rather than with single deliveries.
    static let conspicuous = 0.05
    /// So many have to come without their sender before anybody is told.
    static let fewest = 3
    /// What is looked at: the last day, in seconds.
    static let window = 86_400

    /// Messages within the window.
    var all: Int
    /// Those that came without their sender.
    var senderless: Int

    /// How a connection's state changes; `nil` where it stays. What degrades it for another reason is the greater fault.
    func change(of connection: Connection) -> (state: Connection.State, reason: Connection.Reason?)? {
        let isConspicuous = senderless >= Self.fewest && Double(senderless) >= Double(all) * Self.conspicuous
        switch (connection.state, connection.reason) {
        case (.active, _) where isConspicuous: return (.degraded, .senderless)
        // A day without any message shows nothing.
        case (.degraded, .senderless) where all > 0 && !isConspicuous: return (.active, nil)
        default: return nil
        }
    }
}
