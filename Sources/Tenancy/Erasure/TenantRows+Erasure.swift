internal import Storage

/// What was deleted of a patient's words, and what it tells of.
struct DeletedWords {
    var ids: [Identifier] = []
    /// Events that it was told by.
    var events: [Identifier] = []
    var mids: [String] = []
}

/// An event, and whether it tells of a patient.
struct TracedEvent {
    var id: Identifier
    var mid: String?
    var isTraced: Bool
}

/// Finding and destroying what is known of one patient.
extension TenantRows {
    var erasures: ErasureRows { ErasureRows(tenant: tenant, transaction: transaction) }

    func hasPatient(_ id: PatientID) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM patients WHERE tenant_id = ?1 AND id = ?2", [tenantValue, .id(id.raw)]) != nil
    }

    /// The machine answers a patient no more: what it would send now would have an echo after the end.
    func silence(_ patient: PatientID, now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE conversations SET automation = 'paused', paused_until = NULL
            WHERE tenant_id = ?1 AND patient_id = ?2
            """, [tenantValue, .id(patient.raw)])
        try cancelUnsent(of: patient, now: now)
    }

    /// Nothing more is sent to a patient.
    func cancelUnsent(of patient: PatientID, now: Timestamp) throws {
        let cancelled = try transaction.execute(
            """
            UPDATE replies SET state = 'cancelled', reason = 'requested', due_at = NULL, settled_at = ?3
            WHERE tenant_id = ?1 AND state IN ('composing', 'queued') AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            """, [tenantValue, .id(patient.raw), .time(now)])
        transitions.note(.cancelled, count: cancelled)
    }

    /// Until when something that is on its way to a patient has to be waited for; `nil` where nothing is.
    func settling(of patient: PatientID, now: Timestamp) throws -> Timestamp? {
        let open = try transaction.first(
            """
            SELECT 1 FROM replies WHERE tenant_id = ?1 AND state IN ('sending', 'unknown') AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            """, [tenantValue, .id(patient.raw)])
        if open != nil { return now.adding(seconds: PatientErasure.patience) }
        let echoesFrom = now.adding(seconds: -PatientErasure.echoes)
        let sent = try transaction.first(
            """
            SELECT MAX(settled_at) FROM replies
            WHERE tenant_id = ?1 AND state = 'sent' AND settled_at > ?3 AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            """, [tenantValue, .id(patient.raw), .time(echoesFrom)])
        guard var columns = sent?.columns, let last = try columns.optionalTime() else { return nil }
        return last.adding(seconds: PatientErasure.echoes)
    }

    /// What a patient is named by.
    func traces(of patient: PatientID) throws -> PatientTraces {
        let addresses = try transaction.query(
            "SELECT id, igsid FROM addresses WHERE tenant_id = ?1 AND patient_id = ?2", [tenantValue, .id(patient.raw)]
        ).map { row in
            var columns = row.columns
            let id = try columns.id()
            return try keys.text(try columns.blob(), at: .init("addresses", "igsid", id))
        }
        let conversations = try transaction.query(
            "SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2", [tenantValue, .id(patient.raw)]
        ).map { row in
            var columns = row.columns
            return try columns.id().description
        }
        return PatientTraces(
            scopedIDs: addresses, username: try username(of: patient), ownIDs: conversations + [patient.description])
    }

    /// A page of the tenant's events, each with whether it tells of a patient: by a message, a reply or a thread of the
    /// patient's, by its sender, or by what is sealed in it.
    func traced(_ patient: PatientID, after: Identifier, limit: Int) throws -> [TracedEvent] {
        let traces = try traces(of: patient)
        return try transaction.query(
            """
            SELECT e.id, e.mid, e.payload, e.igsid,
                (SELECT COUNT(*) FROM messages m WHERE m.tenant_id = ?1 AND m.mid_digest = e.mid_digest
                    AND m.conversation_id IN (
                        SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)),
                (SELECT COUNT(*) FROM reply_parts p WHERE p.tenant_id = ?1 AND p.mid_digest = e.mid_digest
                    AND p.conversation_id IN (
                        SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)),
                (SELECT COUNT(*) FROM threads t WHERE t.tenant_id = ?1 AND t.digest = e.thread_digest
                    AND t.conversation_id IN (
                        SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2))
            FROM events e WHERE e.tenant_id = ?1 AND e.id > ?3 ORDER BY e.id LIMIT ?4
            """, [tenantValue, .id(patient.raw), .id(after), .count(limit)]
        ).map { row in
            var columns = row.columns
            let id = EventID(try columns.id())
            let mid = try columns.optionalText()
            let payload = try columns.optionalBlob()
            let sender = try columns.optionalBlob()
            let joined = [try columns.count(), try columns.count(), try columns.count()]
            var isTraced = joined.contains { $0 > 0 }
            // The digests tell of most; what they do not tell of is opened. What does not open names nobody to anybody.
            if !isTraced, let sender, let text = try? keys.open(sender, at: .eventSender(id)) {
                isTraced = traces.areIn(text)
            }
            if !isTraced, let payload, let bytes = try? keys.open(payload, at: .eventPayload(id)) {
                isTraced = traces.areIn(bytes)
            }
            return TracedEvent(id: id.raw, mid: mid, isTraced: isTraced)
        }
    }

    /// Leaves of events no more than that something came, of which kind, and what became of it. Their deduplication keys
    /// stay, so that Meta's repetition of the same bytes is still known as one.
    /// - Returns: how many still told something.
    func eraseEvents(_ ids: [Identifier], now: Timestamp) throws -> Int {
        try transaction.executeBatch(
            """
            UPDATE events SET payload = NULL, igsid = NULL, mid = NULL, mid_digest = NULL, thread_digest = NULL,
                due_at = NULL, updated_at = ?3, reason = CASE WHEN state = 'done' THEN reason ELSE 'erased' END,
                state = 'done'
            WHERE tenant_id = ?1 AND id = ?2
                AND (payload IS NOT NULL OR igsid IS NOT NULL OR mid_digest IS NOT NULL OR thread_digest IS NOT NULL
                    OR state <> 'done')
            """, ids.map { [tenantValue, .id($0), .time(now)] })
    }

    /// Accounts take part in these threads no more, as far as anybody knows; the next message says so again.
    func leaveThreads(_ threads: [(digest: [UInt8], account: String)]) throws {
        try transaction.executeBatch(
            "DELETE FROM account_threads WHERE digest = ?1 AND account_id = ?2",
            threads.map { [.blob($0.digest), .text($0.account)] })
    }

    /// Deletes replies of a patient with their parts; none of them is on its way.
    func deleteReplies(of patient: PatientID, limit: Int) throws -> DeletedWords {
        var deleted = DeletedWords()
        for row in try transaction.query(
            """
            SELECT id, event_id FROM replies WHERE tenant_id = ?1 AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            ORDER BY id LIMIT ?3
            """, [tenantValue, .id(patient.raw), .count(limit)])
        {
            var columns = row.columns
            let id = try columns.id()
            deleted.ids.append(id)
            if let event = try columns.optionalID() { deleted.events.append(event) }
            deleted.mids += try parts(of: ReplyID(id)).compactMap(\.mid)
        }
        try transaction.executeBatch(
            "DELETE FROM reply_parts WHERE tenant_id = ?1 AND reply_id = ?2", keyed(deleted.ids))
        try transaction.executeBatch("DELETE FROM replies WHERE tenant_id = ?1 AND id = ?2", keyed(deleted.ids))
        return deleted
    }

    /// Deletes messages of a patient's conversations, in whichever direction they went.
    func deleteMessages(of patient: PatientID, limit: Int) throws -> DeletedWords {
        var deleted = DeletedWords()
        for row in try transaction.query(
            """
            SELECT id, event_id, mid FROM messages WHERE tenant_id = ?1 AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            ORDER BY id LIMIT ?3
            """, [tenantValue, .id(patient.raw), .count(limit)])
        {
            var columns = row.columns
            deleted.ids.append(try columns.id())
            if let event = try columns.optionalID() { deleted.events.append(event) }
            if let mid = try columns.optionalText() { deleted.mids.append(mid) }
        }
        try transaction.executeBatch("DELETE FROM messages WHERE tenant_id = ?1 AND id = ?2", keyed(deleted.ids))
        return deleted
    }

    /// Deletes a patient of whom no word is left.
    /// - Returns: how many conversations there were.
    func deletePatient(_ patient: PatientID) throws -> Int {
        let values: [SQLValue] = [tenantValue, .id(patient.raw)]
        try transaction.execute(
            """
            DELETE FROM threads WHERE tenant_id = ?1 AND conversation_id IN (
                SELECT id FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2)
            """, values)
        let conversations = try transaction.execute(
            "DELETE FROM conversations WHERE tenant_id = ?1 AND patient_id = ?2", values)
        try transaction.execute("DELETE FROM addresses WHERE tenant_id = ?1 AND patient_id = ?2", values)
        try transaction.execute("DELETE FROM patients WHERE tenant_id = ?1 AND id = ?2", values)
        return conversations
    }

    /// Empties kept answers that name somebody. Their rows stay, so that a request which comes again has no second effect.
    /// - Parameters:
    ///   - after: the last row that was looked at.
    ///   - limit: how many are looked at.
    /// - Returns: how many were emptied, and where to go on; `nil` at the end.
    func emptyAnswers(
        naming traces: PatientTraces, after: Identifier, limit: Int
    ) throws -> (emptied: Int, last: Identifier?) {
        let page = try transaction.query(
            """
            SELECT id, answer FROM idempotency
            WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3
            """, [tenantValue, .id(after), .count(limit)]
        ).map { row in
            var columns = row.columns
            return (id: try columns.id(), answer: try columns.optionalBlob())
        }
        let named = page.filter { row in
            let place = RequestClaim(tenant: tenant, id: row.id).answerPlace
            guard let answer = row.answer, let bytes = try? keys.open(answer, at: place) else { return false }
            return traces.areIn(bytes)
        }
        let emptied = try transaction.executeBatch(
            "UPDATE idempotency SET answer = NULL, claimed_until = 0 WHERE tenant_id = ?1 AND id = ?2",
            keyed(named.map(\.id)))
        return (emptied, page.count < limit ? nil : page.last?.id)
    }

    private func keyed(_ ids: [Identifier]) -> [[SQLValue]] { ids.map { [tenantValue, .id($0)] } }
}
