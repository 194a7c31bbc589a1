internal import Integrations

/// The fourth rung: the conversation whose id is built from the mid, and in it the very message.
struct ConversationLookup: SenderRung {
    let budget: ConversationBudget

    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence? {
        guard channel == .instagram, let decoded else { return nil }
        await budget.take(access.instagramPageID)
        let conversation = try await integration.conversation(decoded.conversationID, access: access)
        guard let record = conversation.messages.first(where: { $0.mid == mid }) else { return nil }
        return SenderEvidence(.conversationLookup, record: record)
    }
}
