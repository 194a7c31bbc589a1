internal import Integrations

/// The first rung: the event itself names its sender.
struct PayloadRung {
    let check: SenderCheck

    /// - Returns: `nil` where the event names nobody, or somebody who can never be answered.
    func evidence(for item: ProcessedItem) -> SenderEvidence? {
        guard let sender = item.item.senderID, check.admits(sender) else { return nil }
        var evidence = SenderEvidence(.payload, from: sender)
        evidence.text = item.item.text
        evidence.contentKinds = item.item.contentKinds
        return evidence
    }
}
