internal import Integrations

/// The third rung: `GET /{mid}`, the message itself.
struct MessageLookup: SenderRung {
    let budget: ConversationBudget

    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence? {
        await budget.take(access.instagramPageID)
        guard let record = try await integration.message(mid, access: access), record.mid == mid else { return nil }
        return SenderEvidence(.messageLookup, record: record)
    }
}
