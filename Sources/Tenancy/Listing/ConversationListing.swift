public import Storage

/// A conversation with the patient it is held with.
public struct ListedConversation: Sendable, Hashable {
    /// What is known of it.
    public var conversation: Conversation
    /// With whom it is held.
    public var patient: Patient
}

extension TenantRows {
    /// Conversations with their patients, newest first.
    /// - Parameters:
    ///   - cursor: the last id of the page before.
    ///   - limit: at most this many.
    public func conversations(before cursor: Identifier? = nil, limit: Int) throws -> ListPage<ListedConversation> {
        let found = try transaction.query(
            """
            SELECT \(Self.conversationColumns) FROM conversations
            WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3
            """,
            [tenantValue, .id(cursor ?? .greatest), .count(limit + 1)]
        ).map { row in
            var columns = row.columns
            return try listed(try Conversation(&columns))
        }
        return ListPage(found: found, limit: limit) { $0.conversation.id.raw }
    }

    /// One conversation with its patient.
    public func listedConversation(_ id: ConversationID) throws -> ListedConversation? {
        try conversation(id).map(listed)
    }

    /// One patient, the user name opened.
    public func patient(_ id: PatientID) throws -> Patient? {
        guard
            var columns = try transaction.first(
                "SELECT username FROM patients WHERE tenant_id = ?1 AND id = ?2", [tenantValue, .id(id.raw)])?.columns
        else { return nil }
        let username = try columns.optionalBlob().map { try keys.text($0, at: .init("patients", "username", id.raw)) }
        return Patient(id: id, username: username)
    }

    private func listed(_ conversation: Conversation) throws -> ListedConversation {
        let patient = try patient(conversation.patientID)
        return ListedConversation(
            conversation: conversation, patient: patient ?? Patient(id: conversation.patientID, username: nil))
    }
}
