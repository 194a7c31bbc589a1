extension Migration {
    /// When a connection is checked ahead of, or after, its daily turn; NULL: in its turn. And since when everybody is to
    /// be checked once, in milliseconds; 0: never asked for.
    static let askedChecks = Migration(
        number: 18, name: "asked checks", oldestProgram: 16,
        statements: [
            "ALTER TABLE connections ADD COLUMN check_at TIME",
            "INSERT INTO revisions (name, revision) VALUES ('checks_asked_since', 0)",
        ])
}
