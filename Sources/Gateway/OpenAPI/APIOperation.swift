internal import Integrations

/// One method of one address: what it takes, and all that it may answer.
struct APIOperation: Sendable {
    /// Whose key it needs.
    enum Access: Sendable {
        /// None.
        case open
        /// Any key, of whatever scope.
        case reading
        /// A key that is not of the scope `read`.
        case changing
        /// A key of the scope `admin`.
        case administering
    }

    enum Method: String, Sendable {
        case get, post, put, patch, delete
    }

    /// What is sent.
    struct Body: Sendable {
        var type = "application/json"
        var schema: Schema
        var example: JSONValue
        var isRequired = true

        /// JSON.
        static func json(_ schema: Schema, example: JSONValue) -> Body { Body(schema: schema, example: example) }
    }

    var method: Method
    /// With parameters in braces.
    var path: String
    /// Its name in generated clients.
    var id: String
    var summary: String
    var about = ""
    var access: Access
    /// Beside those that follow from method and path.
    var parameters: [Parameter] = []
    var body: Body?
    var answers: [Answer]
    /// Beside those that follow from the rest; one takes the place of one of the same status that follows.
    var errors: [ErrorAnswer] = []
    /// Answers name their request.
    var namesRequest = true

    /// As the tests' routers call it.
    var name: String { "\(method.rawValue.uppercased()) \(path)" }

    private var isIdempotent: Bool { access != .open && method == .post }

    /// Every parameter.
    var allParameters: [Parameter] {
        var all = parameters
        if path.contains("{tenant_id}") { all.insert(.tenantID, at: 0) }
        if isIdempotent { all.append(.idempotencyKey) }
        return all
    }

    /// Every error, in the order of their statuses.
    var allErrors: [ErrorAnswer] {
        var found: [Int: ErrorAnswer] = [:]
        for error in implied + errors { found[error.status] = error }
        // What asks the database may fail in ways that nobody has thought of.
        if found[503] != nil { found[500] = .internalError }
        return found.values.sorted { $0.status < $1.status }
    }

    /// What follows from key, method, parameters and body.
    private var implied: [ErrorAnswer] {
        guard access != .open else { return [] }
        var errors: [ErrorAnswer] = [.unauthorized, .tooMany, .unavailable]
        switch access {
        case .open, .reading: break
        case .changing: errors.append(.forbidden)
        case .administering: errors.append(.adminOnly)
        }
        if path.contains("{") { errors.append(.notFound) }
        if isIdempotent { errors += [.keyConflict, .tooLarge, .unprocessable] }
        if body != nil { errors += [.badRequest, .tooLarge, .unprocessable] }
        for parameter in parameters {
            if parameter.place == .query { errors.append(.unprocessable) }
            if parameter.name == Parameter.ifMatch.name { errors.append(.changed) }
        }
        return errors
    }

    /// - Parameter tag: of its topic.
    func json(tag: String) -> JSONValue {
        var json: JSONObject = ["operationId": .string(id), "tags": [.string(tag)], "summary": .string(summary)]
        if !about.isEmpty { json["description"] = .string(about) }
        let security: JSONValue = access == .open ? [] : [["bearer": []]]
        json["security"] = security
        if !allParameters.isEmpty { json["parameters"] = .array(allParameters.map(\.json)) }
        if let body {
            json["requestBody"] = [
                "required": .bool(body.isRequired),
                "content": .object([body.type: ["schema": .object(body.schema.json), "example": body.example]]),
            ]
        }
        var responses = JSONObject()
        let headers = (namesRequest ? [Header.requestID] : []) + (isIdempotent ? [.idempotencyReplayed] : [])
        for answer in answers { responses["\(answer.status)"] = answer.json(headers) }
        for error in allErrors { responses["\(error.status)"] = error.json(namesRequest ? [.requestID] : []) }
        json["responses"] = .object(responses)
        return .object(json)
    }
}
