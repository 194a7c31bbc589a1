internal import Tenancy

extension TenantRows {
    /// A person has answered: the machine steps back, and what it has not sent yet is not sent.
    /// - Parameter until: when it may answer again.
    func stepBack(in conversation: Conversation, until: Timestamp, now: Timestamp) throws {
        // Whoever paused it for longer, or without end, has the last word.
        if until > now, !conversation.isPaused(until: until) {
            try setAutomation(.paused, until: until, of: conversation.id)
        }
        try cancelAutomated(in: conversation.id, reason: .personAnswered, now: now)
    }
}
