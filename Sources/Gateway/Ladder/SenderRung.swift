internal import Integrations

/// One rung that asks Meta: one way to learn who wrote a message.
///
/// None of them guesses: each accepts only what names this very message. "The most recent conversation" and "the only
/// conversation" are not evidence, whatever they contain.
protocol SenderRung: Sendable {
    /// - Parameters:
    ///   - mid: of the message.
    ///   - decoded: the mid taken apart, where it can be.
    /// - Returns: evidence tied to this very message, or `nil`.
    func evidence(
        forMessage mid: String, decoded: InstagramMessageID?, channel: Integrations.Channel,
        integration: any Integration, access: AccountAccess
    ) async throws(GraphError) -> SenderEvidence?
}
