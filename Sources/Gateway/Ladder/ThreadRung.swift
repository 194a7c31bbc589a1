internal import Integrations
internal import Tenancy

/// The last rung: an earlier message of the same thread had a known peer.
///
/// A thread names the peer, not the direction: the account's own message has the same thread. So it counts only while
/// nothing of that conversation may be on its way, and on a connection that has never delivered a senderless edit for
/// a message of the account itself. That the mid is none of our sends is settled before anybody climbs.
struct ThreadRung {
    let rows: TenantRows
    let connection: Connection
    let check: SenderCheck

    /// What a thread tells.
    enum Answer: Sendable {
        case evidence(SenderEvidence)
        /// The peer is known; whether the peer wrote is not.
        case directionUnknown
        case nothing
    }

    func answer(for item: ProcessedItem) throws -> Answer {
        guard let thread = item.thread, let place = try rows.correspondence(ofThread: thread),
            let address = try rows.address(
                of: place.conversation.patientID, account: connection.accountID(for: item.channel), flow: item.flow,
                channel: item.channel),
            check.admits(address.igsid)
        else { return .nothing }
        guard try rows.openParts(of: place.conversation.id).isEmpty, !connection.senderlessOwnSeen else {
            return .directionUnknown
        }
        var evidence = SenderEvidence(.thread, from: address.igsid)
        evidence.text = item.item.text
        return .evidence(evidence)
    }
}
