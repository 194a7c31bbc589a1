internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import Tenancy

/// `/v1/tenants` and the choice of a tenant's flow.
struct TenantRoutes: Sendable {
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let links: ConnectLinkIssuer
    let returnURLs: ReturnURLPolicy
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.post("v1/tenants", use: create)
        routes.get("v1/tenants", use: list)
        routes.get("v1/tenants/:tenant_id", use: show)
        routes.patch("v1/tenants/:tenant_id", use: change)
        routes.put("v1/tenants/:tenant_id/flow", use: chooseFlow)
    }

    @Sendable private func create(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try context.requireAdmin()
        let body: TenantCreation = try await request.json()
        var validation = InputValidation()
        validation.text("name", body.name, limit: 200)
        integrations.check(body.flow, &validation)
        if let timezone = body.timezone { validation.timezone("timezone", timezone) }
        if let locale = body.locale { validation.locale("locale", locale) }
        if let fault = body.returnURL.flatMap(returnURLs.fault) { validation.fail("return_url", fault) }
        try validation.finish()
        let tenant = try await store.createTenant(
            name: body.name.trimmingCharacters(in: .whitespacesAndNewlines), flow: Flow(rawValue: body.flow),
            timezone: body.timezone ?? "UTC", locale: body.locale ?? "en", returnURL: body.returnURL,
            by: try context.author(), now: clock.now, claim: context.claim)
        return try answer(tenant, status: .created)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let caller = try context.caller()
        if let only = caller.onlyTenant {
            let own = try await store.tenant(only).map { [TenantView($0)] } ?? []
            return try APIJSON.response(ListView(ListPage(items: own, next: nil)))
        }
        let found = try await store.tenants(after: page.cursor.map(TenantID.init), limit: page.limit + 1)
        let tenants = ListPage(found: found, limit: page.limit) { $0.id.raw }
        return try APIJSON.response(ListView(tenants.map(TenantView.init)))
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        guard let tenant = try await store.tenant(try context.tenantID()) else { throw Problem.notFound("tenant") }
        return try answer(tenant)
    }

    @Sendable private func change(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let id = try context.tenantID()
        let revision = try request.expectedRevision()
        let body: TenantChange = try await request.json()
        var validation = InputValidation()
        if let name = body.name { validation.text("name", name, limit: 200) }
        if let timezone = body.timezone { validation.timezone("timezone", timezone) }
        if let locale = body.locale { validation.locale("locale", locale) }
        let automation = body.automation.flatMap(Tenant.Automation.init)
        if body.automation != nil, automation == nil { validation.fail("automation", "must be on or paused") }
        try validation.finish()
        let tenant = try await store.updateTenant(
            id, expectedRevision: revision, noting: body.note, by: try context.author(), now: clock.now
        ) { tenant in
            if let name = body.name { tenant.name = name.trimmingCharacters(in: .whitespacesAndNewlines) }
            if let timezone = body.timezone { tenant.timezone = timezone }
            if let locale = body.locale { tenant.locale = locale }
            if let automation { tenant.automation = automation }
        }
        return try answer(tenant)
    }

    /// Make-before-break: the flow in use stays until the doctor has connected through the new one.
    @Sendable private func chooseFlow(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        struct Choice: Decodable { var flow: String }
        let id = try context.tenantID()
        let revision = try request.expectedRevision()
        let body: Choice = try await request.json()
        let flow = try integrations.flow(body.flow)
        let (author, now) = (try context.author(), clock.now)
        let begun = try await store.writeGlobal { rows in
            try rows.beginSwitch(of: id, to: flow, expectedRevision: revision, by: author, now: now) { tenant in
                ConnectLinks.make(tenant: id, flow: flow, purpose: .connect, returnURL: tenant.returnURL, now: now)
            }
        }
        let tenant = begun.tenant
        let link = begun.made.map { links.view($0.link, token: $0.token) }
        return try APIJSON.response(
            FlowChoiceView(flow: tenant.flow.rawValue, pendingFlow: tenant.pendingFlow?.rawValue, connectLink: link),
            status: .accepted, headers: [.eTag: "\"\(tenant.revision)\""])
    }

    private func answer(
        _ tenant: Tenant, status: HTTPTypes.HTTPResponse.Status = .ok
    ) throws -> Response {
        var headers: HTTPFields = [.eTag: "\"\(tenant.revision)\""]
        if status == .created { headers[.location] = "/v1/tenants/\(tenant.id)" }
        return try APIJSON.response(TenantView(tenant), status: status, headers: headers)
    }
}

/// The answer to the choice of a flow.
struct FlowChoiceView: Encodable, Sendable {
    var flow: String
    /// `nil` where the tenant is connected through this flow already.
    var pendingFlow: String?
    var connectLink: ConnectLinkView?

    private enum CodingKeys: String, CodingKey {
        case flow
        case pendingFlow = "pending_flow"
        case connectLink = "connect_link"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(flow, forKey: .flow)
        try container.encode(pendingFlow, forKey: .pendingFlow)
        try container.encode(connectLink, forKey: .connectLink)
    }
}
