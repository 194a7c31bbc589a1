extension Migration {
    /// Receipts of data deletions, which their status page shows; and the way from a person to the connections that this
    /// person has made, which Meta's callbacks go.
    ///
    /// A receipt names nobody: of its code the digest alone is kept.
    static let dataDeletions = Migration(
        number: 7, name: "data deletions", oldestProgram: 4,
        statements: [
            """
            CREATE TABLE data_deletions (
                code_hash BYTES NOT NULL PRIMARY KEY,
                app TEXT NOT NULL,
                connections INTEGER NOT NULL,
                requested_at TIME NOT NULL,
                done_at TIME NOT NULL
            )
            """,
            "CREATE INDEX connections_of_person ON connections (app_user_id, flow) WHERE app_user_id IS NOT NULL",
        ]
    )
}
