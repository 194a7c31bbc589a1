internal import Integrations
internal import Tenancy

/// `standby[]`: another app owns the thread. What patients write there is recorded, so that whatever comes of it later
/// finds it known, and it is not answered.
extension EventWork {
    func standby() throws -> EventProcessor.Step {
        switch item.item.standbyKind {
        case .message, .postback:
            let isKnown = try rows.part(mid: item.mid) != nil || store.sighting(of: item) != nil
            if !isKnown, let evidence = payload.evidence(for: item) { _ = try keep(evidence) }
        case .unsend:
            _ = try unsend()
        case .edit:
            if item.item.editCount ?? 0 > 0, let message = try rows.message(mid: item.mid) {
                _ = try realEdit(of: message, nil)
            }
        default:
            break
        }
        try learnThread()
        return done(.standby)
    }

    /// Whether a message was recorded while another app owned its thread, and comes now to be answered: a thread changes
    /// hands, and one app of ours may own what another one only watches.
    func isDueAfterStandby(_ message: Message) throws -> Bool {
        guard item.item.kind != .edit, message.direction == .inbound, message.deletedAt == nil,
            let first = try message.eventID.flatMap({ try rows.event($0) }), first.reason == .standby
        else { return false }
        return try rows.automatedReply(to: message.id) == nil
    }
}
