internal import Integrations

/// A parameter of an operation, in its path, its query or its header.
struct Parameter: Sendable {
    enum Place: String, Sendable {
        case path, query, header
    }

    var name: String
    var place: Place
    var about: String
    var schema: Schema
    var example: JSONValue
    var isRequired = false
    /// What it is called among the shared ones; `nil` for one that stands in its operation.
    var component: String?

    /// A parameter of the path; it is always there.
    static func path(_ name: String, _ about: String, _ schema: Schema = .id(""), example: JSONValue) -> Parameter {
        Parameter(name: name, place: .path, about: about, schema: schema, example: example, isRequired: true)
    }

    /// A parameter of the query; an empty one counts as missing.
    static func query(_ name: String, _ about: String, _ schema: Schema, example: JSONValue) -> Parameter {
        Parameter(name: name, place: .query, about: about, schema: schema, example: example)
    }

    /// As it stands in an operation.
    var json: JSONValue {
        component.map { ["$ref": .string("#/components/parameters/\($0)")] } ?? whole
    }

    /// With all that is to be said of it.
    var whole: JSONValue {
        var json: JSONObject = [
            "name": .string(name), "in": .string(place.rawValue), "description": .string(about),
        ]
        if isRequired { json["required"] = true }
        json["schema"] = .object(schema.json)
        json["example"] = example
        return .object(json)
    }
}

extension Parameter {
    static let tenantID = Parameter(
        name: "tenant_id", place: .path, about: "The tenant. Another's is answered like one that does not exist.",
        schema: .id(""), example: .string(Example.tenant), isRequired: true, component: "TenantID")
    static let limit = Parameter(
        name: "limit", place: .query, about: "How many items a page holds.",
        schema: Schema.integer("", min: 1, max: Pagination.greatestLimit).standard(.count(Pagination.standardLimit)),
        example: 50, component: "Limit")
    static let cursor = Parameter(
        name: "cursor", place: .query, about: "`next_cursor` of the page before; the first page without it.",
        schema: .string(""), example: "AQGZil58AHAAgAAAAAAAAKE", component: "Cursor")
    static let ifMatch = Parameter(
        name: "If-Match", place: .header,
        about: "The `ETag` that was read: where there is another one by now, it is 412. `*` is any.",
        schema: .string(""), example: #""3""#, component: "IfMatch")
    static let idempotencyKey = Parameter(
        name: IdempotencyKey.field, place: .header,
        about: """
            Names the request, so that it can be sent again: within 24 hours the same request with the same key is \
            answered as before, with `Idempotency-Replayed: true`, and done once. Another request with the key is 409.
            """,
        schema: .string("", min: 1, max: 255, pattern: #"^[\x21-\x7e]+$"#),
        example: "b6b2c1f0-5a1e-4c3d-9a58-0f4b5c7d8e9f", component: "IdempotencyKey")

    /// Both parameters of every list.
    static let page = [limit, cursor]

    static let shared = [tenantID, limit, cursor, ifMatch, idempotencyKey]
}
