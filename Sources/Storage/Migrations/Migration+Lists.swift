extension Migration {
    /// Lists are read in the order of an index, whatever narrows them and however many rows there are.
    ///
    /// What an event costs on its way decides which of them there are. `events_newest` takes one entry at its right edge,
    /// and so does `events_open` until the event is done. All the others leave out what most events become, and cost those
    /// nothing: a list of such a frequent reason or kind finds enough of it among the newest.
    ///
    /// Programs before this one run on it as they are.
    static let lists = Migration(
        number: 15, name: "lists", oldestProgram: 4,
        statements: [
            "CREATE INDEX events_newest ON events (id)",
            "CREATE INDEX events_open ON events (state, id) WHERE state <> 'done'",
            """
            CREATE INDEX events_reason ON events (reason, id)
            WHERE reason NOT IN ('awaiting_message', 'replied', 'recorded', 'duplicate', 'echo', 'edit_noise')
            """,
            """
            CREATE INDEX events_kind ON events (kind, id)
            WHERE kind NOT IN ('message', 'edit', 'echo', 'read', 'delivery')
            """,
            "CREATE INDEX events_open_of_tenant ON events (tenant_id, id) WHERE state IN ('parked', 'failed')",
            """
            CREATE INDEX events_open_of_account ON events (tenant_id, account_id, id)
            WHERE state IN ('parked', 'failed')
            """,
            "CREATE INDEX messages_of_conversation ON messages (tenant_id, conversation_id, id)",
            "CREATE INDEX replies_stuck ON replies (state, id) WHERE state IN ('unknown', 'held', 'failed')",
            // Whose events an account's are: those of all who ever connected it.
            "CREATE INDEX connections_account ON connections (instagram_page_id, tenant_id)",
            """
            CREATE INDEX connections_page ON connections (facebook_page_id, tenant_id)
            WHERE facebook_page_id IS NOT NULL
            """,
            // Counts and the earliest end of a token, for gauges.
            "CREATE INDEX connections_states ON connections (flow, state)",
            """
            CREATE INDEX connections_expiry ON connections (token_expires_at)
            WHERE state IN ('active', 'degraded')
            """,
            "CREATE INDEX audit_log_target ON audit_log (target_id, id) WHERE target_id IS NOT NULL",
            "CREATE INDEX audit_log_actor ON audit_log (actor_id, id) WHERE actor_id IS NOT NULL",
            "CREATE INDEX audit_log_action ON audit_log (action, id)",
            "CREATE INDEX tenants_name ON tenants (name, id)",
        ],
        // By bytes, as SQLite compares: the beginning of a name is a range of them, which it is in no language's order.
        postgres: [
            "DROP INDEX tenants_name",
            #"CREATE INDEX tenants_name ON tenants (name COLLATE "C", id)"#,
        ])
}
