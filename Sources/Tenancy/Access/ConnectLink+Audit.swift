internal import Storage

/// A link was used more often than a person does.
public struct TooManyAttempts: Error, Sendable {}

extension ConnectLink {
    /// So many audit entries may come of a link within ``entryWindow``, since they are kept for years.
    public static let entryLimit = 30
    /// In seconds.
    public static let entryWindow = 600
}

extension GlobalRows {
    /// Notes what anybody may do who has a link: so often in ten minutes, and no more.
    ///
    /// To note locks the tenant's row, so that those who come at once are counted one after the other. Whoever is refused
    /// before that has locked and written nothing.
    /// - Parameter requestID: names the request in the audit log.
    /// - Throws: ``TooManyAttempts``, and then nothing of the transaction may stay; ``KeyError/noTenant``.
    public func audit(_ note: AuditNote, by link: ConnectLink, requestID: String?, now: Timestamp) throws {
        let author = AuditAuthor(.connectLink(link.handle), requestID: requestID)
        try transaction.enter(.tenant(link.tenantID.raw))
        guard try recentEntries(of: link, author, now: now) < ConnectLink.entryLimit else { throw TooManyAttempts() }
        try audit(note, of: link.tenantID, by: author, now: now)
        guard try recentEntries(of: link, author, now: now) <= ConnectLink.entryLimit else { throw TooManyAttempts() }
    }

    private func recentEntries(of link: ConnectLink, _ author: AuditAuthor, now: Timestamp) throws -> Int {
        let since = now.adding(seconds: -ConnectLink.entryWindow)
        let recent = try transaction.first(
            """
            SELECT COUNT(*) FROM audit_log
            WHERE tenant_id = ?1 AND id >= ?2 AND at > ?3 AND actor = ?4 AND actor_id = ?5
            """,
            [
                .id(link.tenantID.raw), .id(Identifier(before: since)), .time(since), .text(author.actor.word),
                .text(author.actor.id),
            ])
        guard var columns = recent?.columns else { return 0 }
        return try columns.count()
    }
}
