extension Migration {
    /// Every migration, oldest first.
    public static let all: [Migration] = [
        .spine, .heldEvents, .shards, .rowSecurity, .ageing, .openReplies, .dataDeletions, .connectionCare, .audit,
        .dailyChecks, .switches, .idempotency, .notifications, .sessions, .lists, .erasure, .keyHolders,
        .askedChecks,
    ]
}
