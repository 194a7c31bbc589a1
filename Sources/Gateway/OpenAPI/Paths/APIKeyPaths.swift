internal import Integrations

extension Topic {
    /// `/v1/api-keys`
    static let apiKeys = Topic(
        tag: "API keys", about: "Keys of the admin API; each is shown once and stored as a digest.",
        schemas: [
            "ApiKey": key, "NewApiKey": key.with("key", .string("The key itself, shown once."), isRequired: false),
            "ApiKeyCreation": creation,
        ],
        operations: [list, create, revoke])

    private static let scope = Schema.words(
        "`admin` may everything, `read` sees everything but keys, `tenant` may everything of one tenant.",
        ["admin", "read", "tenant"])

    private static let key = Schema.object(
        "An API key.",
        [
            "id": .id("Its id."), "name": .string("What people call it."),
            "prefix": .string("How its text begins."), "scope": scope,
            "tenant_id": .id("The one tenant of the scope `tenant`.").orNull, "created_at": .time(""),
            "last_used_at": .time("To the minute.").orNull, "expires_at": .time("").orNull,
            "revoked_at": .time("").orNull,
        ])

    private static let creation = Schema.object(
        "What the key is to be.",
        [
            "name": .line("What people call it.", max: 100), "scope": scope,
            "tenant_id": .id("Needed with the scope `tenant`, and only there.").orNull,
            "expires_at": .time("When it ends, in the future; never, where it is missing.").orNull,
        ], optional: ["tenant_id", "expires_at"])

    private static let example: JSONObject = [
        "id": .string(Example.key), "name": "Reporting", "prefix": "clv_01998a5e", "scope": "read", "tenant_id": nil,
        "created_at": .string(Example.begin), "last_used_at": nil, "expires_at": "2030-01-31T12:00:00.000Z",
        "revoked_at": nil,
    ]

    private static let new: JSONValue = {
        var object = example
        object["key"] = "clv_01998a5e_shown-once"
        return .object(object)
    }()

    private static let list = APIOperation(
        method: .get, path: "/v1/api-keys", id: "listApiKeys", summary: "List the API keys",
        about: "In the order in which they were made, without their texts.", access: .administering,
        parameters: Parameter.page, answers: [.page("The keys.", of: "ApiKey", example: .object(example))])

    private static let create = APIOperation(
        method: .post, path: "/v1/api-keys", id: "createApiKey", summary: "Make an API key",
        about: "An answer that is given again (`Idempotency-Key`) has no `key`.", access: .administering,
        body: .json(
            .named("ApiKeyCreation"),
            example: ["name": "Reporting", "scope": "read", "expires_at": "2030-01-31T12:00:00Z"]),
        answers: [.json(201, "It is made; `key` is shown this once.", .named("NewApiKey"), example: new)],
        errors: [.invalid("scope", "must be admin, read or tenant")])

    private static let revoke = APIOperation(
        method: .delete, path: "/v1/api-keys/{id}", id: "revokeApiKey", summary: "Revoke an API key",
        access: .administering, parameters: [.path("id", "The key.", example: .string(Example.key))],
        answers: [.empty(204, "It opens nothing any more.")])
}
