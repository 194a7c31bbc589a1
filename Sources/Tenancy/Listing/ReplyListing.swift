public import Storage

extension TenantRows {
    /// Replies with their parts, newest first, their texts opened.
    /// - Parameter cursor: the last id of the page before.
    public func replies(before cursor: Identifier? = nil, limit: Int) throws -> ListPage<Reply> {
        var found = try transaction.query(
            "SELECT \(Self.replyColumns) FROM replies WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
            [tenantValue, .id(cursor ?? .greatest), .count(limit + 1)]
        ).map(replyWithoutParts)
        if let oldest = found.last, let newest = found.first {
            let parts = try parts(from: oldest.id, to: newest.id)
            for index in found.indices { found[index].parts = parts[found[index].id] ?? [] }
        }
        return ListPage(found: found, limit: limit) { $0.id.raw }
    }
}
