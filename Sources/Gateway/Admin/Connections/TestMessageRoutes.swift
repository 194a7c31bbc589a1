internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `POST /v1/tenants/{tenant_id}/connections/{id}/test-message`.
struct TestMessageRoutes: Sendable {
    /// Longest text, in characters.
    private static let textLimit = 1000

    let commands: any PipelineCommands

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.post("v1/tenants/:tenant_id/connections/:id/test-message", use: send)
    }

    @Sendable private func send(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let tenant = try context.tenantID()
        let id: ConnectionID = try context.id("id", "connection")
        let body: Body = try await request.json()
        var validation = InputValidation()
        validation.text("recipient_id", body.recipientID, limit: 40)
        validation.text("text", body.text, limit: Self.textLimit, multiline: true)
        try validation.finish()
        do {
            let reply = try await commands.sendTestMessage(
                body.text, to: body.recipientID, connection: id, tenant: tenant, by: try context.author(),
                claim: context.claim)
            return try APIJSON.response(
                ReplyView(reply), status: .accepted, headers: [.location: "/v1/tenants/\(tenant)/replies/\(reply.id)"])
        } catch let refusal as TestMessageRefusal {
            throw refusal.problem(tenant: tenant, connection: id)
        }
    }

    private struct Body: Decodable {
        var recipientID: String
        var text: String

        enum CodingKeys: String, CodingKey {
            case text
            case recipientID = "recipient_id"
        }
    }
}
