internal import Integrations

/// The fifth rung: listed conversations, accepted only where a listed message has this mid.
struct ConversationList: SenderRung {
    let budget: ConversationBudget

    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence? {
        await budget.take(access.instagramPageID)
        let conversations = try await integration.conversations(
            on: channel, with: nil, access: access)
        for conversation in conversations {
            if let record = conversation.messages.first(where: { $0.mid == mid }) {
                return SenderEvidence(.conversationList, record: record)
            }
        }
        return nil
    }
}
