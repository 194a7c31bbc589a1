public import Storage

/// Ageing. Ids are UUIDv7, so that what is too old lies at the beginning of each primary key: no index goes by time.
///
/// A batch looks at pages of ids and changes what of a page is too old and no longer needed. How many rows it looks at is
/// bounded, not only how many it changes: a page in which everything is exempt costs as little as any other.
extension TenantRows {
    /// Ages the tenant's rows from a position on, within this transaction.
    /// - Parameters:
    ///   - position: where the batch before ended.
    ///   - payloadsDone: payloads of events up to this id have been dealt with by an earlier round: events without a payload
    ///     are many, and looking at all of them again would be the greater part of the work.
    ///   - page: how many rows a step looks at; a batch ends with the first full page, and changes less than two pages.
    ///   - now: pauses that ended before it count no longer.
    /// - Returns: what was done, and where the next batch goes on.
    public func age(
        from position: RetentionPosition, payloadsDone: Identifier = .least, limits: RetentionLimits, page: Int,
        now: Timestamp
    ) throws -> RetentionBatch {
        var batch = RetentionBatch()
        var position = position
        var changed = 0
        while true {
            if position.step == .audit {
                // The last step: its entries go one after the other, from wherever the log begins now.
                guard let moment = limits.audit else { return batch }
                let aged = try AuditRows(tenant: tenant, transaction: transaction).age(before: moment, limit: page)
                if aged.count > 0 { batch.counts[.audit] = aged.count }
                batch.auditBreak = aged.brokenAt
                if aged.count == page { batch.next = RetentionPosition(.audit) }
                return batch
            }
            if let bound = limits.bound(position.step) {
                let ids = try self.page(of: position.step, after: position.after, before: bound, limit: page)
                let isFull = ids.count == page
                let last = isFull ? ids[ids.count - 1] : bound
                if !ids.isEmpty {
                    let range = AgedRange(after: position.after, through: last)
                    let count = try age(position.step, range, limits: limits, now: now)
                    changed += count
                    if count > 0 { batch.counts[position.step] = count }
                }
                if position.step == .payloads { batch.payloadsDone = last }
                if isFull {
                    batch.next = RetentionPosition(position.step, after: last)
                    return batch
                }
            }
            guard let step = position.step.next else { return batch }
            position = RetentionPosition(step, after: step == .payloads ? payloadsDone : .least)
            if changed >= page {
                batch.next = position
                return batch
            }
        }
    }

    /// The ids of a page, the oldest first.
    private func page(
        of step: RetentionStep, after: Identifier, before bound: Identifier, limit: Int
    ) throws -> [Identifier] {
        let table =
            switch step {
            case .payloads, .events: "events"
            case .replies: "replies"
            case .messages: "messages"
            case .conversations: "conversations"
            case .patients: "patients"
            case .audit: "audit_log"
            case .requests: "idempotency"
            case .notices: "notifications"
            }
        return try identifiers(
            transaction.query(
                "SELECT id FROM \(table) WHERE tenant_id = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4",
                [tenantValue, .id(after), .id(bound), .count(limit)]))
    }

    private func age(
        _ step: RetentionStep, _ range: AgedRange, limits: RetentionLimits, now: Timestamp
    ) throws -> Int {
        switch step {
        case .payloads: try emptyEvents(range, parked: limits.parked, now: now)
        case .events: try deleteEvents(range, parked: limits.parked)
        case .replies: try deleteReplies(range)
        case .messages: try deleteMessages(range)
        case .conversations: try deleteConversations(range, idleSince: limits.messages ?? now, now: now)
        case .patients: try deletePatients(range, idleSince: limits.messages ?? now)
        // Goes by its own chain.
        case .audit: 0
        case .requests: try deleteRequests(range)
        case .notices: try deleteNotices(range)
        }
    }

    private func identifiers(_ rows: [SQLRow]) throws -> [Identifier] {
        try rows.map { row in
            var columns = row.columns
            return try columns.id()
        }
    }
}

/// Rows of one tenant by their ids.
private struct AgedRange {
    var after: Identifier
    var through: Identifier

    /// Bound as `?2` and `?3`, after the tenant.
    func values(_ tenant: SQLValue, _ more: SQLValue...) -> [SQLValue] { [tenant, .id(after), .id(through)] + more }
}

// MARK: - Events

extension TenantRows {
    /// An event that is due has not been decided, whatever its age; one that is parked within the messaging window may
    /// still be answered. A parked one without its payload could be neither answered nor replayed: it ends as what it is.
    private func emptyEvents(_ range: AgedRange, parked: Timestamp, now: Timestamp) throws -> Int {
        try transaction.execute(
            """
            UPDATE events SET payload = NULL, updated_at = ?5,
                reason = CASE WHEN state = 'parked' THEN 'outside_window' ELSE reason END,
                state = CASE WHEN state = 'parked' THEN 'done' ELSE state END
            WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3 AND payload IS NOT NULL AND due_at IS NULL
                AND state <> 'received' AND (state <> 'parked' OR id < ?4)
            """, range.values(tenantValue, .id(Identifier(before: parked)), .time(now)))
    }

    private func deleteEvents(_ range: AgedRange, parked: Timestamp) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM events
            WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3 AND due_at IS NULL
                AND state <> 'received' AND (state <> 'parked' OR id < ?4)
            """, range.values(tenantValue, .id(Identifier(before: parked))))
    }
}

// MARK: - Requests and notices

extension TenantRows {
    private func deleteRequests(_ range: AgedRange) throws -> Int {
        try transaction.execute(
            "DELETE FROM idempotency WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3", range.values(tenantValue))
    }

    private func deleteNotices(_ range: AgedRange) throws -> Int {
        try transaction.execute(
            "DELETE FROM notifications WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3", range.values(tenantValue))
    }
}

// MARK: - What was said

extension TenantRows {
    /// Settled replies go with their parts. Nobody else changes the tenant's rows meanwhile: one that a person asks to try
    /// again does not lose its parts.
    private func deleteReplies(_ range: AgedRange) throws -> Int {
        let settled = try identifiers(
            transaction.query(
                """
                SELECT id FROM replies
                WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3 AND state IN ('sent', 'failed', 'expired', 'cancelled')
                """, range.values(tenantValue)))
        try transaction.executeBatch(
            "DELETE FROM reply_parts WHERE tenant_id = ?1 AND reply_id = ?2", keyed(settled))
        return try transaction.executeBatch("DELETE FROM replies WHERE tenant_id = ?1 AND id = ?2", keyed(settled))
    }

    /// A reply that is not settled, or younger than its message, keeps the message that it answers.
    private func deleteMessages(_ range: AgedRange) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM messages
            WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3 AND NOT EXISTS (
                SELECT 1 FROM replies r WHERE r.tenant_id = ?1 AND r.in_reply_to = messages.id)
            """, range.values(tenantValue))
    }

    /// Conversations with nothing left in them. Two things outlive what was said: that a patient asked for silence, and
    /// that a person turned the machine off here until further notice.
    private func deleteConversations(_ range: AgedRange, idleSince: Timestamp, now: Timestamp) throws -> Int {
        let empty = try identifiers(
            transaction.query(
                """
                SELECT id FROM conversations c
                WHERE c.tenant_id = ?1 AND c.id > ?2 AND c.id <= ?3
                    AND COALESCE(c.last_message_at, c.created_at) < ?4
                    AND c.opted_out = 0 AND (c.automation = 'on' OR c.paused_until < ?5)
                    AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.tenant_id = ?1 AND m.conversation_id = c.id)
                    AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.tenant_id = ?1 AND r.conversation_id = c.id)
                """, range.values(tenantValue, .time(idleSince), .time(now))))
        try transaction.executeBatch(
            "DELETE FROM threads WHERE tenant_id = ?1 AND conversation_id = ?2", keyed(empty))
        return try transaction.executeBatch("DELETE FROM conversations WHERE tenant_id = ?1 AND id = ?2", keyed(empty))
    }

    /// Patients who are known for nothing any more. Who is kept, to be recognised, loses the name.
    private func deletePatients(_ range: AgedRange, idleSince: Timestamp) throws -> Int {
        let unknown = try identifiers(
            transaction.query(
                """
                SELECT id FROM patients p
                WHERE p.tenant_id = ?1 AND p.id > ?2 AND p.id <= ?3 AND NOT EXISTS (
                    SELECT 1 FROM conversations c WHERE c.tenant_id = ?1 AND c.patient_id = p.id)
                """, range.values(tenantValue)))
        try transaction.executeBatch(
            "DELETE FROM addresses WHERE tenant_id = ?1 AND patient_id = ?2", keyed(unknown))
        try transaction.execute(
            """
            UPDATE patients SET username = NULL
            WHERE tenant_id = ?1 AND id > ?2 AND id <= ?3 AND username IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM conversations c
                WHERE c.tenant_id = ?1 AND c.patient_id = patients.id
                    AND COALESCE(c.last_message_at, c.created_at) >= ?4)
            """, range.values(tenantValue, .time(idleSince)))
        return try transaction.executeBatch("DELETE FROM patients WHERE tenant_id = ?1 AND id = ?2", keyed(unknown))
    }

    private func keyed(_ ids: [Identifier]) -> [[SQLValue]] { ids.map { [tenantValue, .id($0)] } }
}

// MARK: - Whose turn it is

extension TenancyStore {
    /// Every tenant's id, the system tenant's included, in the order of their creation.
    /// - Parameter includingDeleted: also those of which nothing is left but their audit log and their receipts.
    public func tenantIDs(includingDeleted: Bool = false) async throws -> [TenantID] {
        let page = 1000
        var all: [TenantID] = []
        while true {
            let after = all.last?.raw ?? .least
            let found = try await readGlobal { rows in
                try rows.transaction.query(
                    """
                    SELECT id FROM tenants WHERE id > ?1 AND (deleted_at IS NULL OR ?3 = 1) ORDER BY id LIMIT ?2
                    """, [.id(after), .count(page), .flag(includingDeleted)]
                ).map { row in
                    var columns = row.columns
                    return TenantID(try columns.id())
                }
            }
            all += found
            if found.count < page { return all }
        }
    }
}
