internal import Storage

/// What operators' gauges show.
public struct Overview: Sendable {
    /// Parked events by reason, as far as they were counted; every reason is listed, so that a gauge falls back to zero.
    public var parked: [(reason: String, count: Int)]
    /// How many connections each flow has in each state; pairs without any are absent.
    public var connections: [(flow: String, state: String, count: Int)]
    /// Since when the oldest due event waits.
    public var oldestEvent: Timestamp?
    /// Since when the oldest due reply waits.
    public var oldestReply: Timestamp?
    /// Since when the oldest erasure that is not done was asked for.
    public var oldestErasure: Timestamp?
    /// When the first token of an answering connection ends, counting those that ended within the last day.
    public var earliestTokenExpiry: Timestamp?
}

extension GlobalRows {
    /// Counts over all tenants; scope `operators`.
    /// - Parameter most: how far the parked events of a reason are counted; counting is what takes long where many are.
    public func overview(now: Timestamp, countingTo most: Int = .max) throws -> Overview {
        let reasons: [Event.Reason] = [
            .unrouted, .connectionNotActive, .senderUnresolved, .directionUnknown, .processingPaused,
        ]
        let parked = try reasons.map { reason in
            let count = try count(
                """
                SELECT COUNT(*) FROM (
                    SELECT id FROM events
                    WHERE reason NOT IN ('awaiting_message', 'replied', 'recorded', 'duplicate', 'echo', 'edit_noise')
                        AND reason = ?1 LIMIT ?2) n
                """, [.text(reason.rawValue), .count(most)])
            return (reason: reason.rawValue, count: count)
        }
        let connections = try transaction.query(
            "SELECT flow, state, COUNT(*) FROM connections GROUP BY flow, state", []
        ).map { row in
            var columns = row.columns
            return (flow: try columns.text(), state: try columns.text(), count: try columns.count())
        }
        return Overview(
            parked: parked, connections: connections,
            oldestEvent: try moment("SELECT MIN(due_at) FROM events WHERE due_at <= ?1", now),
            oldestReply: try moment("SELECT MIN(due_at) FROM replies WHERE due_at <= ?1", now),
            oldestErasure: try moment(
                "SELECT MIN(requested_at) FROM erasures WHERE state <> 'done' AND requested_at <= ?1", now),
            earliestTokenExpiry: try moment(
                """
                SELECT MIN(token_expires_at) FROM connections
                WHERE state IN ('active', 'degraded') AND token_expires_at > ?1 - 86400000
                """, now))
    }

    private func moment(_ sql: String, _ now: Timestamp) throws -> Timestamp? {
        guard var columns = try transaction.first(sql, [.integer(now.milliseconds)])?.columns else { return nil }
        return try columns.optionalInteger().map(Timestamp.init(milliseconds:))
    }
}
