extension Migration {
    /// When a connection is checked ahead of, or after, its daily turn; NULL: in its turn.
    static let askedChecks = Migration(
        number: 18, name: "asked checks", oldestProgram: 16,
        statements: ["ALTER TABLE connections ADD COLUMN check_at TIME"])
}
