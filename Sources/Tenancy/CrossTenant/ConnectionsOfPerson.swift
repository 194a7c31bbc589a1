internal import Storage

extension GlobalRows {
    /// The connections, of whichever tenants, that an app-scoped person made: deauthorize and deletion callbacks name the
    /// person alone. Needs scope `.operators`.
    /// - Parameters:
    ///   - flows: those of the app whose secret signed the callback; the id means nothing to another app.
    ///   - includingEnded: also those that have ended; they have no access any more, but still say who connected.
    public func connections(
        ofAppUser person: String, flows: [Flow], includingEnded: Bool = false
    ) throws -> [(TenantID, ConnectionID)] {
        try flows.flatMap { flow in
            try transaction.query(
                """
                SELECT tenant_id, id, state FROM connections
                WHERE app_user_id = ?1 AND flow = ?2 ORDER BY tenant_id, id
                """,
                [.text(person), .text(flow.rawValue)]
            ).compactMap { row in
                var columns = row.columns
                let found = (TenantID(try columns.id()), ConnectionID(try columns.id()))
                let state: Connection.State = try columns.word()
                return includingEnded || state != .disconnected ? found : nil
            }
        }
    }
}
