internal import Hummingbird

/// Sends webhooks straight to their endpoint and everything else through the router.
struct GatewayResponder: HTTPResponder {
    typealias Context = GatewayRequestContext

    let webhooks: WebhookEndpoint
    let routes: ProblemResponder<RouterResponder<GatewayRequestContext>>

    func respond(to request: Request, context: GatewayRequestContext) async throws -> Response {
        if request.uri.path == WebhookEndpoint.path { return await webhooks.respond(to: request) }
        return try await routes.respond(to: request, context: context)
    }
}
