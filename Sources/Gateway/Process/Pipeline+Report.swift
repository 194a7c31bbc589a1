internal import Integrations
internal import Logging
internal import Tenancy

extension Pipeline {
    /// One log record and the metrics for what became of an event. Neither holds a text or a patient's id.
    func report(_ event: Event, _ item: ProcessedItem?, _ verdict: EventVerdict) {
        let kind = item?.item.kind.rawValue ?? WebhookItem.Kind.other.rawValue
        let reason = verdict.reason?.rawValue ?? verdict.state.rawValue
        // A retry that changes nothing is no event more.
        let isNews = verdict.state != event.state || verdict.reason != event.reason
        if verdict.state != .received, isNews { metrics.event(kind: kind, reason: reason) }
        if let strategy = verdict.strategy { metrics.senderResolved(strategy: strategy) }
        var metadata: Logger.Metadata = [
            "event_id": "\(event.id)", "tenant_id": "\(event.tenantID)", "instagram_page_id": "\(event.accountID)",
            "kind": "\(kind)", "state": "\(verdict.state.rawValue)", "reason": "\(reason)",
            "payloadStructure": (item?.item.structure ?? PayloadStructure()).logged,
        ]
        if let strategy = verdict.strategy { metadata["strategy"] = "\(strategy)" }
        logger.info("\(message(item, verdict))", metadata: metadata)
    }

    /// Fixed lines that operators search the log for, where they apply.
    private func message(_ item: ProcessedItem?, _ verdict: EventVerdict) -> String {
        if let item, let sender = item.item.senderID, isRejected(sender, of: item) { return "sender id rejected" }
        switch (verdict.state, verdict.reason) {
        case (.parked, .senderUnresolved), (.parked, .directionUnknown): return "webhook has no message to reply to"
        case (.done, _) where verdict.strategy != nil && item?.item.kind == .edit:
            return "message_edit: resolved sender"
        default: return "webhook event processed"
        }
    }

    /// No person's id, or somebody else's account.
    private func isRejected(_ sender: String, of item: ProcessedItem) -> Bool {
        !SenderID.isPlausible(sender) || (routes.tenant(of: sender) ?? item.event.tenantID) != item.event.tenantID
    }
}

extension PayloadStructure {
    /// The six fields, whether there was anything to be read or not.
    fileprivate var logged: Logger.MetadataValue {
        [
            "hasSender": .stringConvertible(hasSender), "hasRecipient": .stringConvertible(hasRecipient),
            "hasMessage": .stringConvertible(hasMessage), "hasMessageEdit": .stringConvertible(hasMessageEdit),
            "firstChangeField": firstChangeField.map { .string($0) } ?? .stringConvertible(LogNull()),
            "changesLength": .stringConvertible(changesLength),
        ]
    }
}
