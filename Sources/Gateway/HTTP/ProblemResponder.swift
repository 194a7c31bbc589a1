internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// The outermost layer of every route but the webhooks': turns errors into problems, and adds the headers that each
/// answer carries.
struct ProblemResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == GatewayRequestContext {
    let inner: Inner
    let methods: RouteMethods

    func respond(to request: Request, context: GatewayRequestContext) async throws -> Response {
        var response: Response
        do {
            response = try await inner.respond(to: request, context: context)
            // Hummingbird's router renders its own errors, such as the one for a path that it does not know.
            if response.status == .notFound, context.endpointPath == nil || context.endpointPath == "NotFound" {
                response = unrouted(request).response
            }
        } catch is CancellationError {
            response = Problem(.serviceUnavailable, "The service is stopping.", headers: [.retryAfter: "5"]).response
        } catch {
            response = answer(to: error, request, context)
        }
        if request.method == .head { response = response.createHeadResponse() }
        response.headers[.requestID] = context.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        // Answers hold what patients write, or lead on with secrets: nobody keeps them but by our leave.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "no-referrer" }
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        return response
    }

    private func unrouted(_ request: Request) -> Problem {
        let allowed = methods.allowed(for: request.uri.path)
        guard !allowed.isEmpty else { return Problem(.notFound, "There is nothing at this address.") }
        return Problem(
            .methodNotAllowed, "This address does not take \(request.method.rawValue).",
            headers: [.allow: allowed.joined(separator: ", ")])
    }

    private func answer(to error: any Error, _ request: Request, _ context: GatewayRequestContext) -> Response {
        if let problem = Problem(known: error) {
            return problem.status == .notFound && context.endpointPath == "NotFound"
                ? unrouted(request).response : problem.response
        }
        // The type says where to look; an unknown error's own text might hold what must not be in a log.
        context.logger.error(
            "request failed",
            metadata: [
                "route": "\(context.endpointPath ?? "")", "method": "\(request.method.rawValue)",
                "error_type": "\(type(of: error))", "error": "\(LoggableError.describe(error))",
            ])
        return Problem(.internalServerError).response
    }
}

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id") ?? .date
    static let xHubSignature256 = Self("X-Hub-Signature-256") ?? .date
    static let xForwardedFor = Self("X-Forwarded-For") ?? .date
    static let referrerPolicy = Self("Referrer-Policy") ?? .date
}
