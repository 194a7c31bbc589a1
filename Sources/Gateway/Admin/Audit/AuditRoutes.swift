internal import Hummingbird
internal import Tenancy

/// `/v1/audit-log`: who did what to what, and when.
struct AuditRoutes: Sendable {
    let store: TenancyStore

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/audit-log", use: list)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let filter = try AuditQuery(request).filter(for: try context.caller())
        let found = try await store.auditEntries(filter, before: page.cursor, limit: page.limit)
        return try APIJSON.response(ListView(try found.map(AuditView.init)))
    }
}
