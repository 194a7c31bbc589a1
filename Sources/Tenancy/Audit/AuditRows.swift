internal import Storage

extension TenantRows {
    /// Notes in the tenant's audit log what this transaction changes. It is there when the change is, and not otherwise.
    /// - Parameters:
    ///   - note: what is done.
    ///   - author: who does it.
    public func audit(_ note: AuditNote, by author: AuditAuthor, now: Timestamp) throws {
        let id = AuditEntryID(identifiers.make(now: now.milliseconds))
        try AuditRows(tenant: tenant, transaction: transaction).append(note, id: id, by: author, now: now)
    }
}

extension GlobalRows {
    /// The same for what stands in the global tables. Whatever the scope was, the rest of the transaction is about this
    /// tenant.
    /// - Parameter tenant: whose log; the system tenant's for what concerns no single one.
    /// - Throws: ``KeyError/noTenant`` when there is no such tenant, or it was deleted.
    public func audit(_ note: AuditNote, of tenant: TenantID, by author: AuditAuthor, now: Timestamp) throws {
        try transaction.enter(.tenant(tenant.raw))
        let id = AuditEntryID(identifiers.make(now: now.milliseconds))
        try AuditRows(tenant: tenant, transaction: transaction).append(note, id: id, by: author, now: now)
    }
}

/// One tenant's chain in the database. It needs none of the tenant's keys: nothing in it is sealed.
struct AuditRows {
    let tenant: TenantID
    let transaction: any Transaction

    private var tenantValue: SQLValue { .id(tenant.raw) }

    /// Adds an entry. The tenant's row is locked until the transaction ends, so that whoever writes next finds this one.
    func append(_ note: AuditNote, id: AuditEntryID, by author: AuditAuthor, now: Timestamp) throws {
        guard let bounds = try bounds(isLocked: true, ofLiving: true) else { throw KeyError.noTenant }
        var entry = AuditEntry(
            id: id, tenantID: tenant, sequence: bounds.count + 1, at: now, actor: author.actor.word,
            actorID: author.actor.id,
            action: note.action.rawValue, target: note.target, targetID: note.targetID,
            detail: try JSONColumn.encode(note.detail), requestID: author.requestID, previous: bounds.head, hash: [])
        entry.hash = AuditChain.hash(of: entry)
        try transaction.execute(
            """
            INSERT INTO audit_log (
                tenant_id, id, sequence, at, actor, actor_id, action, target, target_id, detail, request_id, previous, hash
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            [
                tenantValue, .id(entry.id.raw), .integer(entry.sequence), .time(entry.at), .text(entry.actor),
                .text(entry.actorID), .text(entry.action), .text(entry.target), .text(entry.targetID),
                .text(entry.detail), .text(entry.requestID), .blob(entry.previous), .blob(entry.hash),
            ])
        try transaction.execute(
            "UPDATE tenants SET audit_count = ?2, audit_head = ?3 WHERE id = ?1",
            [tenantValue, .integer(entry.sequence), .blob(entry.hash)])
    }

    /// Where the chain begins and ends; `nil` when there is no such tenant.
    /// - Parameter ofLiving: also `nil` when the tenant was deleted: nothing more is noted then.
    func bounds(isLocked: Bool = false, ofLiving: Bool = false) throws -> AuditBounds? {
        var sql = "SELECT t.audit_first, t.audit_anchor, t.audit_count, t.audit_head FROM tenants t WHERE t.id = ?1"
        if ofLiving { sql += " AND t.deleted_at IS NULL" }
        let rows =
            isLocked
            ? try transaction.locking(sql, [tenantValue], "FOR NO KEY UPDATE OF t")
            : try transaction.query(sql, [tenantValue])
        return try rows.first.map { row in
            var columns = row.columns
            return AuditBounds(
                first: try columns.integer(), anchor: try columns.optionalBlob() ?? AuditChain.genesis,
                count: try columns.integer(), head: try columns.optionalBlob() ?? AuditChain.genesis)
        }
    }

    /// Entries from a sequence number on, in the order of the chain.
    func entries(from sequence: Int64, limit: Int) throws -> [AuditEntry] {
        try transaction.query(
            """
            SELECT \(AuditEntry.columns) FROM audit_log
            WHERE tenant_id = ?1 AND sequence >= ?2 ORDER BY sequence LIMIT ?3
            """, [tenantValue, .integer(sequence), .count(limit)]
        ).map(AuditEntry.init(row:))
    }

    /// Deletes the oldest entries, so many at most. The chain then begins behind them.
    ///
    /// Where it does not hold nothing is deleted from there on: what was done to it must not pass for age.
    /// - Parameter moment: what was done then or later stays.
    func age(before moment: Timestamp, limit: Int) throws -> (count: Int, brokenAt: AuditBreak?) {
        guard let bounds = try bounds(isLocked: true) else { return (0, nil) }
        var walk = AuditWalk(bounds)
        var broken: AuditBreak?
        for entry in try entries(from: bounds.first, limit: limit) where broken == nil {
            guard entry.at < moment else { break }
            do throws(AuditBreak) {
                try walk.take(entry)
            } catch {
                broken = error
            }
        }
        guard walk.next > bounds.first else { return (0, broken) }
        // First the beginning, then what lies before it: PostgreSQL lets nothing else be deleted.
        try transaction.execute(
            "UPDATE tenants SET audit_first = ?2, audit_anchor = ?3 WHERE id = ?1",
            [tenantValue, .integer(walk.next), .blob(walk.previous)])
        let count = try transaction.execute(
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence >= ?2 AND sequence < ?3",
            [tenantValue, .integer(bounds.first), .integer(walk.next)])
        return (count, broken)
    }
}

extension AuditEntry {
    static let columns = """
        tenant_id, id, sequence, at, actor, actor_id, action, target, target_id, detail, request_id, previous, hash
        """

    /// - Parameter row: of ``columns``.
    init(row: SQLRow) throws {
        var columns = row.columns
        let tenantID = TenantID(try columns.id())
        self.init(
            id: AuditEntryID(try columns.id()), tenantID: tenantID, sequence: try columns.integer(),
            at: try columns.time(), actor: try columns.text(), actorID: try columns.optionalText(),
            action: try columns.text(), target: try columns.text(), targetID: try columns.optionalText(),
            detail: try columns.text(), requestID: try columns.optionalText(), previous: try columns.blob(),
            hash: try columns.blob())
    }
}
