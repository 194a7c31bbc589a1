internal import Storage

/// What a practice wants to know of its day.
public struct PracticeSummary: Sendable, Hashable {
    /// When a patient last wrote.
    public var lastMessageAt: Timestamp?
    /// When a reply was last sent, the machine's or a person's.
    public var lastReplyAt: Timestamp?
    /// How many messages the machine has answered since the day began.
    public var answeredToday: Int

    /// Memberwise.
    public init(
        lastMessageAt: Timestamp? = nil, lastReplyAt: Timestamp? = nil, answeredToday: Int = 0
    ) {
        self.lastMessageAt = lastMessageAt
        self.lastReplyAt = lastReplyAt
        self.answeredToday = answeredToday
    }
}

extension TenantRows {
    /// What came or went last is among so many: one that waited has an older id than its time tells.
    private static var lookback: Int { 100 }

    /// - Parameter startOfDay: by the practice's own clock.
    public func practiceSummary(startOfDay: Timestamp) throws -> PracticeSummary {
        PracticeSummary(
            lastMessageAt: try newest(
                """
                SELECT MAX(sent_at) FROM (
                    SELECT sent_at FROM messages WHERE tenant_id = ?1 AND direction = 'inbound'
                    ORDER BY id DESC LIMIT \(Self.lookback)) n
                """),
            lastReplyAt: try newest(
                """
                SELECT MAX(settled_at) FROM (
                    SELECT settled_at FROM replies WHERE tenant_id = ?1 AND state = 'sent'
                    ORDER BY id DESC LIMIT \(Self.lookback)) n
                """),
            answeredToday: try answered(since: startOfDay))
    }

    private func newest(_ statement: String) throws -> Timestamp? {
        try transaction.first(statement, [tenantValue]).flatMap { row in
            var columns = row.columns
            return try columns.optionalTime()
        }
    }

    private func answered(since moment: Timestamp) throws -> Int {
        // A reply waits for a day at most until its window closes: older ids need not be read.
        let week = max(0, moment.adding(seconds: -7 * 86_400).milliseconds)
        let row = try transaction.first(
            """
            SELECT COUNT(*) FROM replies
            WHERE tenant_id = ?1 AND id >= ?2 AND author = 'machine' AND state = 'sent' AND settled_at >= ?3
            """,
            [tenantValue, .id(Identifier(high: UInt64(week) << 16, low: 0)), .time(moment)])
        guard var columns = row?.columns else { return 0 }
        return try columns.count()
    }
}
