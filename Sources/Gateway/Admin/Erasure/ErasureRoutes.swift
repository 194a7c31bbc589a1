internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// Erasing a patient, deleting a tenant, and `/v1/erasures`: the receipts.
struct ErasureRoutes: Sendable {
    let store: TenancyStore
    let commands: any PipelineCommands
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.delete("v1/tenants/:tenant_id/patients/:patient_id", use: erasePatient)
        routes.delete("v1/tenants/:tenant_id", use: deleteTenant)
        routes.get("v1/erasures", use: list)
        routes.get("v1/erasures/:id", use: show)
    }

    @Sendable private func erasePatient(
        _ request: Request, _ context: GatewayRequestContext
    ) async throws -> Response {
        let tenant = try context.tenantID()
        let patient: PatientID = try context.id("patient_id", "patient")
        let erasure = try await store.eraseLater(patient, of: tenant, by: try context.author(), now: clock.now)
        guard let erasure else { throw Problem.notFound("patient") }
        return try await accepted(erasure)
    }

    @Sendable private func deleteTenant(
        _ request: Request, _ context: GatewayRequestContext
    ) async throws -> Response {
        let tenant = try context.tenantID()
        // A practice's own key does not end the practice.
        try context.requireAdmin()
        return try await accepted(
            try await store.deleteTenant(tenant, by: try context.author(), now: clock.now))
    }

    private func accepted(_ erasure: Erasure) async throws -> Response {
        await commands.erasureWasRequested()
        return try APIJSON.response(
            ErasureView(erasure), status: .accepted, headers: [.location: "/v1/erasures/\(erasure.id)"])
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let caller = try context.caller()
        var tenant = caller.onlyTenant
        if let text = request.parameter("tenant_id") {
            guard let wanted = TenantID(text) else { throw Problem.invalid("tenant_id", "must be a tenant's id") }
            guard caller.sees(wanted) else { throw Problem.notFound("tenant") }
            tenant = wanted
        }
        let found = try await store.erasures(of: tenant, before: page.cursor, limit: page.limit)
        return try APIJSON.response(ListView(found.map(ErasureView.init)))
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let id: ErasureID = try context.id("id", "erasure")
        guard let erasure = try await store.erasure(id), try context.caller().sees(erasure.tenantID) else {
            throw Problem.notFound("erasure")
        }
        return try APIJSON.response(ErasureView(erasure))
    }
}
