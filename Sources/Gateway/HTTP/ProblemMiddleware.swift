internal import Hummingbird
internal import Logging
internal import Storage

/// Turns known errors into problems before Hummingbird's router can render them in a form of its own.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = GatewayRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            if let refused = error as? StorageError, refused.blamesTheRow {
                // The caller is told what it may know; that a check is missing here is for us to see.
                context.logger.warning(
                    "the database refused a request's values",
                    metadata: ["route": "\(context.endpointPath ?? "")", "error": "\(LoggableError.describe(refused))"])
            }
            if let problem = Problem(known: error) { throw problem }
            throw error
        }
    }
}
