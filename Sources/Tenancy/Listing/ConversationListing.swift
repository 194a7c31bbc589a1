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
        let below = cursor ?? .greatest
        let conversations = try transaction.query(
            """
            SELECT \(Self.conversationColumns) FROM conversations
            WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3
            """,
            [tenantValue, .id(below), .count(limit + 1)]
        ).map { row in
            var columns = row.columns
            return try Conversation(&columns)
        }
        // All in one query: each is a way to the server and back.
        let patients = try transaction.query(
            """
            SELECT p.id, p.username FROM conversations c
            JOIN patients p ON p.tenant_id = c.tenant_id AND p.id = c.patient_id
            WHERE c.tenant_id = ?1 AND c.id < ?2 ORDER BY c.id DESC LIMIT ?3
            """,
            [tenantValue, .id(below), .count(limit + 1)]
        ).reduce(into: [PatientID: Patient]()) { patients, row in
            var columns = row.columns
            let id = PatientID(try columns.id())
            patients[id] = try patient(id, username: try columns.optionalBlob())
        }
        let found = conversations.map { conversation in
            let id = conversation.patientID
            return ListedConversation(
                conversation: conversation, patient: patients[id] ?? Patient(id: id, username: nil))
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
        return try patient(id, username: try columns.optionalBlob())
    }

    /// - Parameter username: sealed.
    private func patient(_ id: PatientID, username: [UInt8]?) throws -> Patient {
        Patient(id: id, username: try username.map { try keys.text($0, at: .init("patients", "username", id.raw)) })
    }

    private func listed(_ conversation: Conversation) throws -> ListedConversation {
        let patient = try patient(conversation.patientID)
        return ListedConversation(
            conversation: conversation, patient: patient ?? Patient(id: conversation.patientID, username: nil))
    }
}
