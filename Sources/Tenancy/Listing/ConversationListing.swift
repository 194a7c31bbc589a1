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
        let patients = try patients(conversations.prefix(limit).map(\.patientID))
        let found = conversations.map { conversation in
            let id = conversation.patientID
            return ListedConversation(
                conversation: conversation, patient: patients[id] ?? Patient(id: id, username: nil))
        }
        return ListPage(found: found, limit: limit) { $0.conversation.id.raw }
    }

    /// Patients by their ids, many in one query: each is a way to the server and back.
    private func patients(_ ids: [PatientID]) throws -> [PatientID: Patient] {
        // Always as many, so that it is one statement: the last one is asked for again and again.
        let count = 50
        let sql = """
            SELECT id, username FROM patients
            WHERE tenant_id = ?1 AND id IN (\((2..<2 + count).map { "?\($0)" }.joined(separator: ", ")))
            """
        var patients: [PatientID: Patient] = [:]
        for start in stride(from: 0, to: ids.count, by: count) {
            let asked = (start..<start + count).map { SQLValue.id(ids[min($0, ids.count - 1)].raw) }
            for row in try transaction.query(sql, [tenantValue] + asked) {
                var columns = row.columns
                let id = PatientID(try columns.id())
                patients[id] = try patient(id, username: try columns.optionalBlob())
            }
        }
        return patients
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
