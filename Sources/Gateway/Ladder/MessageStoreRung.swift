internal import Tenancy

/// The second rung: this very message was recorded before, with its sender.
struct MessageStoreRung {
    let rows: TenantRows
    let connection: Connection
    let check: SenderCheck

    /// A message as it was recorded before.
    struct Sighting {
        var message: Message
        /// It came through the other flow and has another mid there: only the item is the same.
        var isCopy: Bool
    }

    /// - Returns: `nil` for a message that is seen for the first time.
    func sighting(of item: ProcessedItem) throws -> Sighting? {
        if let message = try rows.message(mid: item.mid) { return Sighting(message: message, isCopy: false) }
        return try copy(of: item).map { Sighting(message: $0, isCopy: true) }
    }

    /// Through the other flow the same message may stand in another thread and so have another mid.
    func copy(of item: ProcessedItem) throws -> Message? {
        try item.itemKey.flatMap { try rows.message(item: $0, notThrough: item.flow) }
    }

    /// Who wrote a recorded message.
    /// - Returns: `nil` for what the account itself wrote.
    func evidence(of message: Message) throws -> SenderEvidence? {
        guard message.direction == .inbound, let conversation = try rows.conversation(message.conversationID) else {
            return nil
        }
        // A sender whom a look-up found was learned through the flow that was asked, not through the message's own.
        for flow in [message.flow, connection.flow] {
            let address = try rows.address(
                of: conversation.patientID, account: conversation.accountID, flow: flow, channel: conversation.channel)
            if let address, check.admits(address.igsid) { return SenderEvidence(.messageStore, from: address.igsid) }
        }
        return nil
    }
}
