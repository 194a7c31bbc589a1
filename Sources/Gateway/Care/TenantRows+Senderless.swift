internal import Tenancy

extension TenantRows {
    /// The share of a connection's messages of the last day that came without their sender: 0 to 1, `nil` without any.
    func senderlessShare(of connection: Connection, now: Timestamp) throws -> Double? {
        try senderlessShare(accounts: Set(connection.claimedIDs), since: now.adding(seconds: -SenderlessWatch.window))
    }

    /// How many messages it got within the last day, and how many of them came without their sender.
    func senderlessWatch(of connection: Connection, now: Timestamp) throws -> SenderlessWatch {
        let count = try senderlessCount(
            accounts: Set(connection.claimedIDs), since: now.adding(seconds: -SenderlessWatch.window))
        return SenderlessWatch(all: count.all, senderless: count.senderless)
    }
}
