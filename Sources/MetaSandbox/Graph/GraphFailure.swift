internal import Integrations

/// An error as the Graph API writes it. `code` and `subcode` are what callers decide by.
struct GraphFailure: Error, Sendable {
    var status = 400
    var code: Int64
    var subcode: Int64?
    var message: String
    var type = "OAuthException"
    var isTransient = false

    static let badToken = GraphFailure(code: 190, message: "Invalid OAuth access token - Cannot parse access token")

    /// - Parameter subcode: 458 app removed, 460 password changed, 463 expired.
    static func deadToken(_ subcode: Int64) -> GraphFailure {
        GraphFailure(
            code: 190, subcode: subcode, message: "Error validating access token: the session is no longer valid")
    }

    static let serverError = GraphFailure(
        status: 500, code: 2, message: "An unexpected error has occurred. Please retry your request later.",
        isTransient: true)

    static func missingNode(_ id: String) -> GraphFailure {
        GraphFailure(
            code: 100, subcode: 33,
            message: "Unsupported get request. Object with ID '\(id)' does not exist or cannot be loaded.",
            type: "GraphMethodException")
    }

    static func outage(_ method: String) -> GraphFailure {
        GraphFailure(
            code: 100, message: "Unsupported request - method type: \(method.lowercased())", type: "IGApiException")
    }

    static func permission(_ message: String, subcode: Int64? = nil) -> GraphFailure {
        GraphFailure(status: 403, code: 200, subcode: subcode, message: message)
    }

    static func parameter(_ message: String) -> GraphFailure {
        GraphFailure(code: 100, message: "(#100) \(message)")
    }

    func answer(trace: String) -> SandboxAnswer {
        var error: JSONObject = ["message": .string(message), "type": .string(type), "code": .integer(code)]
        if let subcode { error["error_subcode"] = .integer(subcode) }
        if isTransient { error["is_transient"] = true }
        error["fbtrace_id"] = .string(trace)
        return .json(["error": .object(error)], status: status)
    }
}
