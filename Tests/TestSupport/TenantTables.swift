/// Every table, as what it is. A table that stands in neither list is a fault of the schema tests: whoever adds one says
/// whose its rows are.
public enum TenantTables {
    /// Their rows are a tenant's, and are keyed by the tenant first: a database partitioned or distributed by tenant holds
    /// one part of each.
    public static let all: Set<String> = [
        "addresses", "audit_log", "connections", "conversations", "erasures", "events", "idempotency", "messages",
        "notifications",
        "patients", "replies", "reply_parts", "threads",
    ]

    /// Small, and nobody's alone: reference tables, the same in every part of a distributed database.
    public static let global: Set<String> = [
        "account_threads", "api_keys", "connect_links", "data_deletions", "key_holders", "oauth_attempts", "revisions",
        "routes", "schema_migrations", "sessions", "shards", "switches", "tenants", "workers",
    ]
}
