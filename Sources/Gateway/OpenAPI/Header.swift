internal import Integrations

/// A header of an answer.
struct Header: Sendable {
    var name: String
    var about: String
    var schema: Schema
    var isRequired = true
    var component: String

    var json: JSONValue { ["$ref": .string("#/components/headers/\(component)")] }

    var whole: JSONValue {
        ["description": .string(about), "required": .bool(isRequired), "schema": .object(schema.json)]
    }
}

extension Header {
    static let eTag = Header(
        name: "ETag", about: "The revision, for `If-Match`.", schema: .string("", pattern: #"^"[0-9]+"$"#),
        component: "ETag")
    static let location = Header(
        name: "Location", about: "Where it goes on, or where the new thing is.",
        schema: .string("", format: "uri-reference"), component: "Location")
    static let retryAfter = Header(
        name: "Retry-After", about: "In how many seconds to try again.", schema: .integer("", min: 1),
        component: "RetryAfter")
    /// On a conflict: only where waiting helps.
    static let retryAfterWaiting = Header(
        name: "Retry-After", about: "In how many seconds to try again, where the first request is still at work.",
        schema: .integer("", min: 1), isRequired: false, component: "RetryAfterWaiting")
    static let authenticate = Header(
        name: "WWW-Authenticate", about: "The scheme: `Bearer`.", schema: .string(""), component: "WWWAuthenticate")
    static let allow = Header(
        name: "Allow", about: "The methods that the address takes.", schema: .string(""), component: "Allow")
    static let setCookie = Header(
        name: "Set-Cookie", about: "Binds the attempt to this browser.", schema: .string(""), component: "SetCookie")
    static let requestID = Header(
        name: "X-Request-Id", about: "Names the request; it stands in the log and the audit log as well.",
        schema: .string(""), component: "RequestID")
    static let idempotencyReplayed = Header(
        name: "Idempotency-Replayed", about: "`true` where the answer was given before.",
        schema: .words("", ["true"]), isRequired: false, component: "IdempotencyReplayed")

    static let shared = [
        eTag, location, retryAfter, retryAfterWaiting, authenticate, allow, setCookie, requestID, idempotencyReplayed,
    ]
}
