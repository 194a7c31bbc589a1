internal import Hummingbird

/// Sends webhooks straight to their endpoint and everything else through the router.
struct GatewayResponder: HTTPResponder {
    typealias Context = GatewayRequestContext

    /// `nil` for a worker, which takes none.
    let webhooks: WebhookEndpoint?
    let routes: ProblemResponder<RouterResponder<GatewayRequestContext>>

    func respond(to request: Request, context: GatewayRequestContext) async throws -> Response {
        if let webhooks, request.uri.path == WebhookEndpoint.path { return await webhooks.respond(to: request) }
        return try await routes.respond(to: request, context: context)
    }
}
