internal import Integrations

extension Topic {
    /// `/v1/audit-log`
    static let auditLog = Topic(
        tag: "Audit log", about: "Who did what to what, and when; each tenant's entries are a hash chain.",
        schemas: ["AuditEntry": entry], operations: [list])

    private static let entry = Schema.object(
        "One thing that was done.",
        [
            "id": .id("Its id."), "tenant_id": .id("Whose log it stands in; `null` for the service's.").orNull,
            "sequence": .integer("Counts the log's entries without a gap.", min: 1), "at": .time("When it was done."),
            "actor": .string("Who did it: `bootstrap_key`, `api_key`, `connect_link`, `command`, `service`."),
            "actor_id": .string("Which one of that kind.").orNull,
            "action": .string("What was done, such as `tenant.create`."),
            "target": .string("The kind of thing that it was done to."),
            "target_id": .string("Which one of that kind.").orNull,
            "detail": .map(
                "What else is to be known: words, lists of words, counts; never a text or a patient's data.",
                of: .any),
            "request_id": .string("`X-Request-Id` of the request.").orNull,
            "previous": .string("`hash` of the entry before it, in hexadecimal."),
            "hash": .string("Of this entry and `previous`, in hexadecimal.", pattern: "^[0-9a-f]{64}$"),
        ])

    private static func word(_ name: String, _ about: String, example: JSONValue) -> Parameter {
        .query(name, about, .line("", max: 200), example: example)
    }

    private static let list = APIOperation(
        method: .get, path: "/v1/audit-log", id: "listAuditEntries", summary: "List what was done",
        about: "The newest first. A tenant's own key sees that one's log.", access: .reading,
        parameters: [
            .query("tenant_id", "Only this tenant's log.", .id(""), example: .string(Example.tenant)),
            word("actor", "Only what such a one did.", example: "api_key"),
            word("actor_id", "Only what this one did.", example: .string(Example.key)),
            word("action", "Only this action.", example: "reply_rules.replace"),
            word("target", "Only what was done to such things.", example: "reply_rules"),
            word("target_id", "Only what was done to this one.", example: .string(Example.reply)),
            .query("after", "Only what was done after it.", .time(""), example: "2026-09-01T00:00:00Z"),
            .query("before", "Only what was done before it.", .time(""), example: "2030-01-31T00:00:00Z"),
        ] + Parameter.page,
        answers: [
            .page(
                "The entries.", of: "AuditEntry",
                example: [
                    "id": .string(Example.entry), "tenant_id": .string(Example.tenant), "sequence": 2,
                    "at": .string(Example.later), "actor": "api_key", "actor_id": .string(Example.key),
                    "action": "reply_rules.replace", "target": "reply_rules", "target_id": nil,
                    "detail": ["rules": 3], "request_id": "8f1a7c9e4b2d6035a1c4e7f902b5d846",
                    "previous": "5f0c0c7f0a7d9f3c6f5a1f7e7c1b1f64d6a0a3b5c9e2d8f714263b5a9c8d7e6f",
                    "hash": "1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014",
                ])
        ],
        errors: [.notFound])
}
