internal import HTTPTypes
internal import Integrations

/// An error that an operation may answer with. Its example is a ``Problem`` of the service's own, encoded as ever.
struct ErrorAnswer: Sendable {
    var about: String
    var problem: Problem
    var headers: [Header] = []
    /// What it is called among the shared ones; `nil` for one that stands in its operation.
    var component: String?

    var status: Int { problem.status.code }

    /// As it stands in an operation.
    /// - Parameter more: headers beside its own, where it has no place among the shared ones.
    func json(_ more: [Header]) -> JSONValue {
        component.map { ["$ref": .string("#/components/responses/\($0)")] } ?? whole(more)
    }

    /// With all that is to be said of it.
    func whole(_ more: [Header]) -> JSONValue {
        var json: JSONObject = ["description": .string(about)]
        let all = headers + more
        if !all.isEmpty { json["headers"] = .object(all.reduce(into: JSONObject()) { $0[$1.name] = $1.json }) }
        json["content"] = [
            "application/problem+json": [
                "schema": .object(Schema.named("Problem").json),
                "example": (try? JSONValue.parse(problem.content.body)) ?? .null,
            ]
        ]
        return .object(json)
    }
}

extension ErrorAnswer {
    static let badRequest = ErrorAnswer(
        about: "The body is no JSON object.",
        problem: Problem(.badRequest, "The body is not the JSON object that is expected."), component: "BadRequest")
    static let unauthorized = ErrorAnswer(
        about: "The key is missing, not known, has ended or was revoked; or the token is not good.",
        problem: Problem(.unauthorized, "The key is not known, has ended or was revoked."),
        headers: [.authenticate], component: "Unauthorized")
    static let forbidden = ErrorAnswer(
        about: "The key or token may only read.", problem: Problem(.forbidden, "This key may only read."),
        component: "Forbidden")
    static let adminOnly = ErrorAnswer(
        about: "It needs a key of the scope `admin`.",
        problem: Problem(.forbidden, "This needs a key of the scope admin."), component: "AdminOnly")
    static let notFound = ErrorAnswer(
        about: "It does not exist, or is another tenant's.", problem: .notFound("tenant"), component: "NotFound")
    static let methodNotAllowed = ErrorAnswer(
        about: "The address does not take this method.",
        problem: Problem(.methodNotAllowed, "This address does not take TRACE."), headers: [.allow],
        component: "MethodNotAllowed")
    /// Of every POST.
    static let keyConflict = ErrorAnswer(
        about: "The `Idempotency-Key` was used for another request, or the first request with it is still at work.",
        problem: Problem(.conflict, "This Idempotency-Key was used for another request."),
        headers: [.retryAfterWaiting], component: "KeyConflict")
    static let changed = ErrorAnswer(
        about: "It has changed since it was read, or `If-Match` is no ETag.",
        problem: Problem(.preconditionFailed, "The tenant has changed since it was read."),
        component: "PreconditionFailed")
    static let tooLarge = ErrorAnswer(
        about: "The body is larger than 1 MiB.", problem: Problem(.contentTooLarge, "The body is too large."),
        component: "ContentTooLarge")
    static let unprocessable = ErrorAnswer(
        about: "A parameter, a header or a member of the body is wrong; every fault is named.",
        problem: .invalid("limit", "must be a whole number from 1 to 200"), component: "Invalid")
    static let tooMany = ErrorAnswer(
        about: "There were too many requests with this key, or without a good one from this address.",
        problem: Problem(.tooManyRequests, "There were too many requests."), headers: [.retryAfter],
        component: "TooManyRequests")
    static let unavailable = ErrorAnswer(
        about: "The database, or the token issuer's keys, cannot be reached, or the service is stopping.",
        problem: Problem(.serviceUnavailable, "The database cannot be reached."), headers: [.retryAfter],
        component: "Unavailable")

    static let internalError = ErrorAnswer(
        about: "The service's own fault; the log tells more, by the request's id.",
        problem: Problem(.internalServerError), component: "InternalError")

    static let shared = [
        badRequest, unauthorized, forbidden, adminOnly, notFound, methodNotAllowed, keyConflict, changed, tooLarge,
        unprocessable, tooMany, unavailable, internalError,
    ]

    /// 422 of one field.
    static func invalid(_ field: String, _ message: String) -> ErrorAnswer {
        ErrorAnswer(about: unprocessable.about, problem: .invalid(field, message))
    }

    /// Any other one.
    static func of(
        _ status: HTTPTypes.HTTPResponse.Status, _ about: String, _ detail: String, headers: [Header] = []
    ) -> ErrorAnswer {
        ErrorAnswer(about: about, problem: Problem(status, detail), headers: headers)
    }
}
