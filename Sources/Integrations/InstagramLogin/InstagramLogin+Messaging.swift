extension InstagramLogin {
    /// Subscribes and reads back.
    public func subscribe(_ access: AccountAccess) async throws(GraphError) -> [String] {
        try await subscriptions.subscribe(access.instagramPageID, to: webhookFields, token: access.token)
    }

    /// The fields that are subscribed now.
    public func subscribedFields(_ access: AccountAccess) async throws(GraphError) -> [String] {
        try await subscriptions.fields(of: access.instagramPageID, token: access.token)
    }

    /// Ends the account's webhooks.
    public func unsubscribe(_ access: AccountAccess) async throws(GraphError) {
        try await subscriptions.unsubscribe(access.instagramPageID, token: access.token)
    }

    /// A Page's own inbox is not part of this flow: such a send is refused before anything goes out.
    public func send(
        _ text: String, to recipient: String, on channel: Channel, from access: AccountAccess,
        beforeFirstByte: (@Sendable () -> Bool)?
    ) async -> SendOutcome {
        guard channel == .instagram else { return .notApplied(GraphError(.content)) }
        return await messaging.send(
            text, to: recipient, from: access.instagramPageID, token: access.token, messagingType: nil,
            beforeFirstByte: beforeFirstByte)
    }

    /// One message, with its sender; see ``Integration/message(_:access:)``.
    public func message(_ mid: String, access: AccountAccess) async throws(GraphError) -> MessageRecord? {
        try await messaging.message(mid, token: access.token)
    }

    /// The newest messages of one conversation.
    public func conversation(_ id: String, access: AccountAccess) async throws(GraphError) -> ConversationRecord {
        try await messaging.conversation(id, token: access.token)
    }

    /// Conversations, most recently updated first.
    public func conversations(
        on channel: Channel, with peer: String?, access: AccountAccess
    ) async throws(GraphError) -> [ConversationRecord] {
        guard channel == .instagram else { return [] }
        return try await messaging.conversations(
            of: access.instagramPageID, on: channel, with: peer, token: access.token)
    }

    /// Asks for the id of one Instagram conversation.
    public func touchConversations(_ access: AccountAccess) async throws(GraphError) {
        try await messaging.touchConversations(of: access.instagramPageID, token: access.token)
    }

    /// The name a person goes by.
    public func profile(
        of peer: String, on channel: Channel, access: AccountAccess
    ) async throws(GraphError) -> Profile? {
        guard channel == .instagram else { return nil }
        return try await messaging.profile(of: peer, on: channel, token: access.token)
    }
}
