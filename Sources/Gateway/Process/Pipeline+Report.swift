internal import Integrations
internal import Logging
internal import Tenancy

extension Pipeline {
    /// One log record and the metrics for what became of an event. Neither holds a text or a patient's id.
    func report(_ event: Event, _ item: ProcessedItem?, _ verdict: EventVerdict) {
        let kind = item?.item.kind.rawValue ?? WebhookItem.Kind.other.rawValue
        let reason = verdict.reason?.rawValue ?? verdict.state.rawValue
        if verdict.state != .received { metrics.event(kind: kind, reason: reason) }
        if let strategy = verdict.strategy { metrics.senderResolved(strategy: strategy) }
        var metadata: Logger.Metadata = [
            "event_id": "\(event.id)", "tenant_id": "\(event.tenantID)", "instagram_page_id": "\(event.accountID)",
            "kind": "\(kind)", "state": "\(verdict.state.rawValue)", "reason": "\(reason)",
        ]
        if let structure = item?.item.structure {
            metadata["payloadStructure"] = [
                "hasSender": .stringConvertible(structure.hasSender),
                "hasRecipient": .stringConvertible(structure.hasRecipient),
                "hasMessage": .stringConvertible(structure.hasMessage),
                "hasMessageEdit": .stringConvertible(structure.hasMessageEdit),
                "firstChangeField": "\(structure.firstChangeField ?? "")",
                "changesLength": .stringConvertible(structure.changesLength),
            ]
        }
        if let strategy = verdict.strategy { metadata["strategy"] = "\(strategy)" }
        logger.info("\(message(item, verdict))", metadata: metadata)
    }

    /// The lines of the seed's checklist where they apply.
    private func message(_ item: ProcessedItem?, _ verdict: EventVerdict) -> String {
        if let sender = item?.item.senderID, !SenderID.isPlausible(sender) { return "sender id rejected" }
        switch (verdict.state, verdict.reason) {
        case (.parked, .senderUnresolved), (.parked, .directionUnknown): return "webhook has no message to reply to"
        case (.done, _) where verdict.strategy != nil && item?.item.kind == .edit:
            return "message_edit: resolved sender"
        default: return "webhook event processed"
        }
    }
}
