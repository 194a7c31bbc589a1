internal import Integrations

/// The description of the HTTP API (OpenAPI 3.1), as it is served at `/openapi.json` and kept in `docs/openapi.json`.
///
/// Limits and words come from the code that holds to them. That routes, answers and document agree is tested in both
/// directions (`Tests/GatewayTests/OpenAPI`, `scripts/check-api`).
public enum OpenAPIDocument {
    /// One line for each topic, in the order in which they are read.
    static let topics: [Topic] = [
        .tenants, .connectLinks, .connections, .replyRules, .conversations, .replies, .events, .erasures, .switches,
        .auditLog, .apiKeys, .connecting, .practice, .operators, .meta, .health,
    ]

    /// The whole document as it is served, with a line break at its end.
    public static let text = json.lines() + "\n"

    static var operations: [APIOperation] { topics.flatMap(\.operations) }

    /// The whole document.
    static var json: JSONValue {
        var paths = JSONObject()
        for topic in topics {
            for operation in topic.operations {
                var item = paths[operation.path]?.object ?? JSONObject()
                item[operation.method.rawValue] = operation.json(tag: topic.tag)
                paths[operation.path] = .object(item)
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Clariva", "version": "1.0.0",
                "summary": "Answers Instagram direct messages for doctors' practices.",
                "description": .string(about),
            ],
            "servers": [["url": "/", "description": "Where this document was fetched."]],
            "tags": .array(topics.map { ["name": .string($0.tag), "description": .string($0.about)] }),
            "paths": .object(paths),
            "components": components,
        ]
    }

    private static var components: JSONValue {
        var schemas = JSONObject()
        for (name, schema) in Schema.shared { schemas[name] = .object(schema.json) }
        for topic in topics {
            for (name, schema) in topic.schemas { schemas[name] = .object(schema.json) }
        }
        return [
            "securitySchemes": [
                "bearer": [
                    "type": "http", "scheme": "bearer",
                    "description": """
                    `Authorization: Bearer KEY`. A key has the scope `admin` (everything), `read` (sees everything but \
                    keys, changes nothing) or is bound to one tenant. In its place a signed token (JWT) of the \
                    configured issuer is taken, which a claim binds to one tenant.
                    """,
                ]
            ],
            "schemas": .object(schemas),
            "parameters": byName(Parameter.shared.map { ($0.component ?? $0.name, $0.whole) }),
            "headers": byName(Header.shared.map { ($0.component, $0.whole) }),
            "responses": byName(ErrorAnswer.shared.map { ($0.component ?? "", $0.whole([.requestID])) }),
        ]
    }

    private static func byName(_ parts: [(name: String, json: JSONValue)]) -> JSONValue {
        .object(parts.reduce(into: JSONObject()) { $0[$1.name] = $1.json })
    }

    private static let about = """
        Everything under `/v1` needs a key: `Authorization: Bearer KEY`. `docs/api.md` shows each task with curl.

        **Errors** are `application/problem+json` (RFC 9457). Bad input is 422, and `errors` names the faulty fields. \
        Another tenant's id is answered like one that does not exist. An address asked with a method that it does not \
        take answers 405 (`#/components/responses/MethodNotAllowed`), one that is not known 404. What is the service's \
        own fault is 500, without details. What breaks off or cannot be read as HTTP is 400, such as \
        a head with a field beyond 16 KiB, beyond 32 KiB in all, or of more than 100 fields.

        **Lists** have `limit` and `cursor`; `next_cursor` is `null` on the last page; a page may hold fewer \
        than `limit` before it. What was there at the beginning is shown once, whatever comes meanwhile; lists that begin \
        with the newest show what came later from their beginning.

        **Sending again**: every POST takes an `Idempotency-Key`. **Concurrent changes**: answers that can be changed \
        have an `ETag`, and PUT and PATCH take it as `If-Match`.

        **Limits**: a key may make so many requests a second; beyond that it is 429 with `Retry-After`. A body holds at \
        most 1 MiB of JSON in UTF-8, whatever its `Content-Type`; members that are not known are ignored.

        **Times** are RFC 3339 in UTC with milliseconds, ids UUIDv7 in lower case. Every GET also takes HEAD.
        """
}
