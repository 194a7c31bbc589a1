extension Migration {
    /// Sessions of people's browsers: a doctor's on the practice's page, an operator's on the service's. Global, as links
    /// and keys are: a session is found by its secret, before anybody knows whose it is. Of the secret the digest alone is
    /// kept.
    ///
    /// A session's link is named without a foreign key: where the link is gone, the session is over.
    ///
    /// Programs before this one know nothing of sessions and may run beside it.
    static let sessions = Migration(
        number: 14, name: "sessions", oldestProgram: 4,
        statements: [
            """
            CREATE TABLE sessions (
                hash BYTES NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL CHECK (kind IN ('practice', 'operator')),
                tenant_id ID REFERENCES tenants (id),
                link_hash BYTES,
                key_id ID REFERENCES api_keys (id),
                csrf BYTES NOT NULL,
                created_at TIME NOT NULL,
                seen_at TIME NOT NULL,
                expires_at TIME NOT NULL,
                CHECK (kind = 'operator' OR (tenant_id IS NOT NULL AND link_hash IS NOT NULL AND key_id IS NULL))
            )
            """,
            "CREATE INDEX sessions_ended ON sessions (expires_at)",
            "CREATE INDEX sessions_tenant ON sessions (tenant_id)",
            "CREATE INDEX sessions_key ON sessions (key_id)",
        ])
}
