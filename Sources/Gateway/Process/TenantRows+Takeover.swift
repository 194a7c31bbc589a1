internal import Tenancy

extension TenantRows {
    /// A person has answered: the machine steps back, and what it has not sent yet is not sent.
    /// - Parameter until: when it may answer again.
    func stepBack(in conversation: Conversation, until: Timestamp, now: Timestamp) throws {
        guard until > now else { return }
        // Whoever paused it for longer, or without end, has the last word.
        if !conversation.isPaused(until: until) {
            try setAutomation(.paused, until: until, of: conversation.id)
        }
        try cancelAutomated(in: conversation.id, reason: .personAnswered, now: now)
    }
}
