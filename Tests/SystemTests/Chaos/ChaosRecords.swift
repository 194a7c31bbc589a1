import Storage

/// What the service has written down, read from its database.
struct ChaosRecords: Sendable {
    let engine: any Engine

    /// Events and replies that still move, in words; `nil` at rest.
    func unrest() async throws -> String? {
        try await engine.read(.operators) { rows in
            let events = try rows.query(
                "SELECT state, reason, COUNT(*) FROM events WHERE state IN ('received', 'parked') GROUP BY state, reason",
                [])
            let replies = try rows.query(
                """
                SELECT state, reason, COUNT(*) FROM replies
                WHERE state IN ('composing', 'queued', 'sending', 'unknown') GROUP BY state, reason
                """, [])
            let words = try (events + replies).map { row in
                var columns = row.columns
                let (state, reason) = (try columns.text(), try columns.optionalText())
                return "\(try columns.count()) \(state) (\(reason ?? "-"))"
            }
            return words.isEmpty ? nil : words.joined(separator: ", ")
        }
    }

    func events() async throws -> [ChaosHistory.Kept] {
        try await engine.read(.operators) { rows in
            try rows.query(
                "SELECT account_id, mid, state, reason, COUNT(*) FROM events GROUP BY account_id, mid, state, reason",
                []
            ).map {
                row in
                var columns = row.columns
                return ChaosHistory.Kept(
                    account: try columns.text(), mid: try columns.optionalText(), state: try columns.text(),
                    reason: try columns.optionalText(),
                    count: try columns.count())
            }
        }
    }

    func replies() async throws -> [ChaosHistory.Replied] {
        try await engine.read(.operators) { rows in
            var parts: [Identifier: [ChaosHistory.Replied.Part]] = [:]
            for row in try rows.query("SELECT reply_id, state, mid FROM reply_parts ORDER BY reply_id, position", []) {
                var columns = row.columns
                let id = try columns.id()
                parts[id, default: []].append(
                    .init(state: try columns.text(), mid: try columns.optionalText()))
            }
            return try rows.query(
                """
                SELECT r.id, r.conversation_id, m.mid, r.state, r.reason FROM replies r
                LEFT JOIN messages m ON m.tenant_id = r.tenant_id AND m.id = r.in_reply_to
                """, []
            ).map { row in
                var columns = row.columns
                let id = try columns.id()
                return ChaosHistory.Replied(
                    id: id, conversation: try columns.id(), answers: try columns.optionalText(),
                    state: try columns.text(), reason: try columns.optionalText(), parts: parts[id] ?? [])
            }
        }
    }
}
