extension FacebookPage {
    /// Subscribes and reads back.
    public func subscribe(_ access: AccountAccess) async throws(GraphError) -> [String] {
        try await subscriptions.subscribe(owner(access), to: webhookFields, token: access.token)
    }

    /// The fields that are subscribed now.
    public func subscribedFields(_ access: AccountAccess) async throws(GraphError) -> [String] {
        try await subscriptions.fields(of: owner(access), token: access.token)
    }

    /// Ends the account's webhooks.
    public func unsubscribe(_ access: AccountAccess) async throws(GraphError) {
        try await subscriptions.unsubscribe(owner(access), token: access.token)
    }

    /// Both channels use the Page's own endpoint; the Instagram account's would be refused (code 3).
    public func send(
        _ text: String, to recipient: String, on channel: Channel, from access: AccountAccess,
        beforeFirstByte: (@Sendable () -> Bool)?
    ) async -> SendOutcome {
        await messaging.send(
            text, to: recipient, from: owner(access), token: access.token, messagingType: "RESPONSE",
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
        try await messaging.conversations(
            of: owner(access), on: channel, with: peer, token: access.token)
    }

    /// Asks for the id of one Instagram conversation.
    public func touchConversations(_ access: AccountAccess) async throws(GraphError) {
        try await messaging.touchConversations(of: owner(access), token: access.token)
    }

    /// The name a person goes by.
    public func profile(
        of peer: String, on channel: Channel, access: AccountAccess
    ) async throws(GraphError) -> Profile? {
        try await messaging.profile(of: peer, on: channel, token: access.token)
    }

    /// The Page; its token makes `me` mean the same where the id is not known.
    private func owner(_ access: AccountAccess) -> String {
        access.facebookPageID ?? "me"
    }
}
