/// What every transaction begins with: its isolation, whose rows it may touch, and its limits.
///
/// All settings are local to the transaction (`set_config(..., true)`): behind a pooler the next transaction on the same
/// server connection may be another program's.
struct PostgresSettings {
    private let limits: [SQLValue]

    init(_ configuration: PostgresConfiguration) {
        limits = [
            configuration.statementTimeout, configuration.lockTimeout, configuration.idleInTransactionTimeout,
        ].map { .text("\(($0.map(\.roundedUpMilliseconds)) ?? 0)") }
    }

    /// - Parameter isRead: one snapshot, and no changes.
    func beginning(_ scope: Scope, isRead: Bool) throws(StorageError) -> [PostgresCommand] {
        [
            PostgresCommand(
                isRead ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED"),
            try PostgresCommand(Self.all, [Self.words(scope) + limits + [Self.planCache(scope)]]),
        ]
    }

    /// Changes the scope within a transaction.
    static func entering(_ scope: Scope) throws(StorageError) -> PostgresCommand {
        try PostgresCommand(scopeAlone, [words(scope)])
    }

    /// The tenant, empty for none, and the scope's name: what row-level security policies read.
    private static func words(_ scope: Scope) -> [SQLValue] {
        switch scope {
        case .tenant(let id): [.text(id.description), .text("tenant")]
        case .global: [.text(""), .text("global")]
        case .ingest: [.text(""), .text("ingest")]
        case .leases: [.text(""), .text("leases")]
        case .shardLoad: [.text(""), .text("shard_load")]
        case .operators: [.text(""), .text("operators")]
        }
    }

    /// Plans do not read a table, or all that fits, and sort it afterwards.
    ///
    /// Every statement about work, and every list, has an index in whose order it reads, with a LIMIT. The planner knows
    /// how many rows fit only from the last ANALYZE, when a flood had not begun, takes them for a handful, and sorts ten
    /// thousands each time; it keeps such a plan for a minute or for good.
    /// What is left of such scans, in small tables, then looks expensive enough to be compiled: nothing is (`jit`).
    ///
    private static let planning = """
        set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true), \
        set_config('jit', 'off', true)
        """

    /// Whether a statement is planned anew for its values: an append has one plan, and planning copies all payloads.
    private static func planCache(_ scope: Scope) -> SQLValue {
        .text(scope == .ingest ? "force_generic_plan" : "auto")
    }

    private static let scopeAlone = PlaceholderRewriting(
        "SELECT set_config('clariva.tenant', ?1, true), set_config('clariva.scope', ?2, true)")
    private static let all = PlaceholderRewriting(
        """
        SELECT set_config('clariva.tenant', ?1, true), set_config('clariva.scope', ?2, true),
            set_config('statement_timeout', ?3, true), set_config('lock_timeout', ?4, true),
            set_config('idle_in_transaction_session_timeout', ?5, true),
            set_config('plan_cache_mode', ?6, true), \(planning)
        """)
}

extension Duration {
    /// At least one: PostgreSQL takes 0 for "no limit".
    fileprivate var roundedUpMilliseconds: Int64 {
        max(1, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
