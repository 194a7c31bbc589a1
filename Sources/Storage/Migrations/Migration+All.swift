extension Migration {
    /// Every migration, oldest first.
    public static let all: [Migration] = [.spine, .heldEvents, .shards, .rowSecurity, .ageing, .idempotency]
}
