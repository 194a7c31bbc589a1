internal import Storage

extension GlobalRows {
    /// The connections, of whichever tenants, that an app-scoped person made and that have not ended: deauthorize and
    /// deletion callbacks name the person alone. Needs scope `.operators`.
    /// - Parameter flows: those of the app whose secret signed the callback; the id means nothing to another app.
    public func connections(ofAppUser person: String, flows: [Flow]) throws -> [(TenantID, ConnectionID)] {
        try flows.flatMap { flow in
            try transaction.query(
                """
                SELECT tenant_id, id FROM connections
                WHERE app_user_id = ?1 AND flow = ?2 AND state <> 'disconnected' ORDER BY tenant_id, id
                """,
                [.text(person), .text(flow.rawValue)]
            ).map { row in
                var columns = row.columns
                return (TenantID(try columns.id()), ConnectionID(try columns.id()))
            }
        }
    }
}
