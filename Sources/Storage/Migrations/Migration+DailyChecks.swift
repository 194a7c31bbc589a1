extension Migration {
    /// When Meta was last asked what a connection may do and what it is told of; NULL: not since it was connected.
    static let dailyChecks = Migration(
        number: 10, name: "daily checks", oldestProgram: 4,
        statements: ["ALTER TABLE connections ADD COLUMN checked_at TIME"])
}
