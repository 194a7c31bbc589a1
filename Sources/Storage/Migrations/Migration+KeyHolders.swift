extension Migration {
    /// Which processes run, and which key-encryption keys each of them has: asked before data keys are wrapped under
    /// another one.
    ///
    /// A program before this one announces nothing: it must be replaced before keys are rotated.
    static let keyHolders = Migration(
        number: 17, name: "key holders", oldestProgram: 16,
        statements: [
            """
            CREATE TABLE key_holders (
                id ID NOT NULL PRIMARY KEY,
                role TEXT NOT NULL,
                proofs TEXT NOT NULL,
                started_at TIME NOT NULL,
                seen_until TIME NOT NULL
            )
            """
        ])
}
