/// A reply that came into another state, told once the transaction that moved it is durable.
public struct ReplyTransition: Sendable, Hashable {
    /// The state it came into.
    public var state: Reply.State
    /// Milliseconds since the webhook that caused it arrived; only of a reply that was sent, and of no person's own.
    public var sinceWebhook: Int64?

    /// Memberwise.
    public init(_ state: Reply.State, sinceWebhook: Int64? = nil) {
        self.state = state
        self.sinceWebhook = sinceWebhook
    }
}

/// The transitions of one transaction, gathered where rows are changed: whoever counts them can forget none.
final class ReplyTransitions {
    private(set) var all: [ReplyTransition] = []

    func note(_ state: Reply.State, count: Int = 1, sinceWebhook: Int64? = nil) {
        for _ in 0..<count { all.append(ReplyTransition(state, sinceWebhook: sinceWebhook)) }
    }
}
