/// What a call to Meta is for: the bounded label of metrics.
public enum GraphOperation: String, Sendable, Hashable, CaseIterable {
    /// Code for token.
    case exchange
    /// Short-lived token for long-lived.
    case lengthen
    /// Renewal of a long-lived token.
    case refresh
    /// Who a token belongs to.
    case identity
    /// The Pages of a person.
    case accounts
    /// Granted scopes.
    case permissions
    /// Subscribing to webhooks.
    case subscribe
    /// Reading the subscription back.
    case subscriptions
    /// Ending the subscription.
    case unsubscribe
    /// Sending a message.
    case send
    /// Looking one message up.
    case message
    /// Reading one conversation.
    case conversation
    /// Listing conversations.
    case conversations
    /// A person's name.
    case profile

    /// For the whole exchange; `nil` takes the transport's default. A reply waits for a name, and a sender's look-up takes
    /// several reads, so that those give up sooner.
    var timeout: Duration? {
        switch self {
        case .profile: .seconds(3)
        case .message, .conversation, .conversations: .seconds(10)
        default: nil
        }
    }
}
