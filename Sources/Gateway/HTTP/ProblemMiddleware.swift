internal import Hummingbird

/// Turns known errors into problems before Hummingbird's router can render them in a form of its own.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = GatewayRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            if let problem = Problem(known: error) { throw problem }
            throw error
        }
    }
}
