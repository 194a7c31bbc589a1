extension Migration {
    /// What is deleted because of its age is looked for, row by row, by whatever refers to it: without these indexes each
    /// deletion would read all of a tenant's replies, threads or conversations.
    ///
    /// Age itself needs none: ids are ordered by time.
    static let ageing = Migration(
        number: 5, name: "ageing", oldestProgram: 4,
        statements: [
            // The unique index of automated replies leaves out a person's.
            "CREATE INDEX replies_answering ON replies (tenant_id, in_reply_to)",
            "CREATE INDEX threads_conversation ON threads (tenant_id, conversation_id)",
            "CREATE INDEX threads_address ON threads (tenant_id, address_id)",
            "CREATE INDEX conversations_patient ON conversations (tenant_id, patient_id)",
        ]
    )
}
