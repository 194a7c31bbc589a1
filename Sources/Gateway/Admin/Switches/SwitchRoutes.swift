internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `/v1/switches` for the whole service, `/v1/tenants/{tenant_id}/switches` for one tenant.
struct SwitchRoutes: Sendable {
    let store: TenancyStore
    let commands: any PipelineCommands
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/switches", use: showService)
        routes.put("v1/switches", use: setService)
        routes.get("v1/tenants/:tenant_id/switches", use: showTenant)
        routes.put("v1/tenants/:tenant_id/switches", use: setTenant)
    }

    @Sendable private func showService(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await show(.system)
    }

    @Sendable private func setService(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try context.requireAdmin()
        return try await set(.system, request, context)
    }

    @Sendable private func showTenant(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let tenant = try context.tenantID()
        guard try await store.tenant(tenant) != nil else { throw Problem.notFound("tenant") }
        return try await show(tenant)
    }

    @Sendable private func setTenant(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let tenant = try context.tenantID()
        // What an operator has switched off, a practice's own key does not switch on: it has `automation`.
        try context.requireAdmin()
        return try await set(tenant, request, context)
    }

    private func show(_ tenant: TenantID) async throws -> Response {
        let (switches, revision) = try await store.readGlobal { try $0.switches(of: tenant) }
        return try answer(switches, revision)
    }

    private func set(
        _ tenant: TenantID, _ request: Request, _ context: GatewayRequestContext
    ) async throws -> Response {
        let expected = try request.expectedRevision()
        let switches: Switches = try await request.json()
        let revision = try await store.setSwitches(
            switches, of: tenant, expectedRevision: expected, by: try context.author(), now: clock.now)
        // Here at once; other processes look every second.
        try await commands.reloadSwitches()
        return try answer(switches, revision)
    }

    private func answer(_ switches: Switches, _ revision: Int64) throws -> Response {
        try APIJSON.response(switches, headers: [.eTag: "\"\(revision)\""])
    }
}
