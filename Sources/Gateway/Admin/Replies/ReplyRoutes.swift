internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `/v1/tenants/{tenant_id}/replies`.
struct ReplyRoutes: Sendable {
    let store: TenancyStore
    let commands: any PipelineCommands

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/tenants/:tenant_id/replies", use: list)
        routes.get("v1/tenants/:tenant_id/replies/:id", use: show)
        routes.post("v1/tenants/:tenant_id/replies/:id/retry", use: retry)
        routes.post("v1/tenants/:tenant_id/replies/:id/cancel", use: cancel)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let found = try await store.read(try context.tenantID()) { rows in
            try rows.replies(before: page.cursor, limit: page.limit)
        }
        return try APIJSON.response(ListView(found.map(ReplyView.init)))
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try APIJSON.response(ReplyView(try await reply(context)))
    }

    @Sendable private func retry(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let before = try await reply(context)
        guard
            try await commands.retry(
                reply: before.id, tenant: try context.tenantID(), by: try context.author(),
                claim: context.claim)
        else {
            throw Problem(.conflict, "A reply that is \(before.state.rawValue) cannot be sent again.")
        }
        return try APIJSON.response(ReplyView(try await reply(context)), status: .accepted)
    }

    @Sendable private func cancel(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let before = try await reply(context)
        guard
            try await commands.cancel(
                reply: before.id, tenant: try context.tenantID(), by: try context.author(),
                claim: context.claim)
        else {
            throw Problem(.conflict, "A reply that is \(before.state.rawValue) cannot be cancelled.")
        }
        return try APIJSON.response(ReplyView(try await reply(context)))
    }

    private func reply(_ context: GatewayRequestContext) async throws -> Reply {
        let id: ReplyID = try context.id("id", "reply")
        guard let reply = try await store.read(try context.tenantID(), { try $0.reply(id) }) else {
            throw Problem.notFound("reply")
        }
        return reply
    }
}
