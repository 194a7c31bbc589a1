internal import Hummingbird
internal import Integrations
internal import Tenancy

/// `/v1/tenants/{tenant_id}/connect-links`.
struct ConnectLinkRoutes: Sendable {
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let links: ConnectLinkIssuer
    let returnURLs: ReturnURLPolicy
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.post("v1/tenants/:tenant_id/connect-links", use: create)
        routes.delete("v1/tenants/:tenant_id/connect-links", use: withdraw)
    }

    /// For a link that went astray: whoever has one may connect, or look, until it ends.
    @Sendable private func withdraw(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        guard let tenant = try await store.tenant(try context.tenantID()) else { throw Problem.notFound("tenant") }
        try await ConnectLinks(store).withdraw(of: tenant.id, by: try context.author(), now: clock.now)
        return Response(status: .noContent)
    }

    @Sendable private func create(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        guard let tenant = try await store.tenant(try context.tenantID()) else { throw Problem.notFound("tenant") }
        let body: Body = try await request.optionalJSON()
        // A switch that is under way is what a link without a flow is for.
        let flow = body.flow ?? (tenant.pendingFlow ?? tenant.flow).rawValue
        var validation = InputValidation()
        integrations.check(flow, &validation)
        if let fault = body.returnURL.flatMap(returnURLs.fault) { validation.fail("return_url", fault) }
        let lifetime = body.expiresInSeconds ?? ConnectLinks.defaultLifetime
        if !(60...ConnectLinks.longestLifetime).contains(lifetime) {
            validation.fail("expires_in_seconds", "must be from 60 to \(ConnectLinks.longestLifetime)")
        }
        let purpose = body.purpose.map(ConnectLink.Purpose.init(rawValue:)) ?? .connect
        if purpose == nil { validation.fail("purpose", "must be connect, reconnect or manage") }
        try validation.finish()
        let link = try await links.issue(
            tenant: tenant, flow: Flow(rawValue: flow), purpose: purpose ?? .connect, returnURL: body.returnURL,
            expiresInSeconds: lifetime, by: try context.author())
        return try APIJSON.response(link, status: .created, headers: [.cacheControl: "no-store"])
    }

    private struct Body: Decodable {
        var flow: String?
        var purpose: String?
        var returnURL: String?
        var expiresInSeconds: Int?

        enum CodingKeys: String, CodingKey {
            case flow, purpose
            case returnURL = "return_url"
            case expiresInSeconds = "expires_in_seconds"
        }
    }
}
