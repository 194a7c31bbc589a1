internal import Storage

extension TenantRows {
    /// The share of an account's messages that came without their sender, since then.
    /// - Parameter accounts: `entry[].id` values of the connection.
    /// - Returns: 0 to 1; `nil` without any message.
    public func senderlessShare(accounts: Set<String>, since moment: Timestamp) throws -> Double? {
        let count = try senderlessCount(accounts: accounts, since: moment)
        return count.all == 0 ? nil : Double(count.senderless) / Double(count.all)
    }

    /// How many messages an account got since then, and how many of them came without their sender.
    /// - Parameter accounts: `entry[].id` values of the connection.
    public func senderlessCount(
        accounts: Set<String>, since moment: Timestamp
    ) throws -> (all: Int, senderless: Int) {
        var (all, senderless) = (0, 0)
        for account in accounts.sorted() {
            // A message that the payload's own sender resolved came with it; one resolved otherwise, or parked, did not.
            // What the store resolved is no message more: it doubles one that counts already.
            guard
                var columns = try transaction.first(
                    """
                    SELECT COUNT(*), COUNT(CASE WHEN strategy = 'payload' THEN 1 END) FROM events
                    WHERE tenant_id = ?1 AND id >= ?4 AND account_id = ?2 AND received_at >= ?3
                        AND kind IN ('message', 'edit')
                        AND (strategy <> 'message_store' OR reason IN ('sender_unresolved', 'direction_unknown'))
                    """,
                    [tenantValue, .text(account), .time(moment), .id(Identifier(before: moment))])?.columns
            else { continue }
            let count = try columns.count()
            all += count
            senderless += count - (try columns.count())
        }
        return (all, senderless)
    }
}
