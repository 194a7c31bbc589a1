internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import Storage
internal import Tenancy

/// `/v1/tenants/{tenant_id}/connections`.
struct ConnectionRoutes: Sendable {
    let store: TenancyStore
    let integrations: IntegrationRegistry
    let links: ConnectLinkIssuer
    let disconnect: DisconnectService
    let clock: any WallClock
    /// Each asks Meta several times.
    private let checks = RunningRequests<ConnectionID>(most: 8)

    init(
        store: TenancyStore, integrations: IntegrationRegistry, links: ConnectLinkIssuer, disconnect: DisconnectService,
        clock: any WallClock
    ) {
        self.store = store
        self.integrations = integrations
        self.links = links
        self.disconnect = disconnect
        self.clock = clock
    }

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/tenants/:tenant_id/connections", use: list)
        routes.get("v1/tenants/:tenant_id/connections/:id", use: show)
        routes.delete("v1/tenants/:tenant_id/connections/:id", use: remove)
        routes.post("v1/tenants/:tenant_id/connections/:id/reconnect", use: reconnect)
        routes.post("v1/tenants/:tenant_id/connections/:id/check", use: check)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let now = clock.now
        let found = try await store.read(try context.tenantID()) { rows -> [(Connection, Double?)] in
            // A tenant has a handful of connections in its life; they are read as a whole and cut into pages here.
            let all = try rows.connections().filter { connection in page.cursor.map { connection.id.raw < $0 } ?? true }
            return try all.prefix(page.limit + 1).map { ($0, try rows.senderlessShare(of: $0, now: now)) }
        }
        let connections = ListPage(found: found, limit: page.limit) { $0.0.id.raw }
        return try APIJSON.response(ListView(connections.map { view($0.0, share: $0.1) }))
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let id: ConnectionID = try context.id("id", "connection")
        let now = clock.now
        let found = try await store.read(try context.tenantID()) { rows in
            try rows.connection(id).map { ($0, try rows.senderlessShare(of: $0, now: now)) }
        }
        guard let found else { throw Problem.notFound("connection") }
        return try APIJSON.response(view(found.0, share: found.1))
    }

    @Sendable private func reconnect(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let tenantID = try context.tenantID()
        let id: ConnectionID = try context.id("id", "connection")
        guard let tenant = try await store.tenant(tenantID) else { throw Problem.notFound("tenant") }
        guard let connection = try await store.read(tenantID, { try $0.connection(id) }) else {
            throw Problem.notFound("connection")
        }
        guard connection.state != .disconnected else {
            throw Problem(.conflict, "The connection has ended: make a connect link instead.")
        }
        let flow = try integrations.flow(connection.flow.rawValue)
        let link = try await links.issue(tenant: tenant, flow: flow, purpose: .reconnect, by: try context.author())
        return try APIJSON.response(link, status: .created, headers: [.cacheControl: "no-store"])
    }

    /// Asks Meta, and changes nothing.
    @Sendable private func check(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let id: ConnectionID = try context.id("id", "connection")
        let now = clock.now
        let found = try await store.read(try context.tenantID()) { rows in
            try rows.connection(id).map { ($0, try rows.senderlessShare(of: $0, now: now)) }
        }
        guard let (connection, share) = found else { throw Problem.notFound("connection") }
        var (results, recipients) = try await checks.run(id) { await ask(connection) }
        if connection.state.answers {
            let health = ConnectionHealth(senderlessRatio: share, connection: connection, integrations: integrations)
            results += [health.result(of: connection)].compactMap(\.self)
        }
        return try APIJSON.response(
            CheckView(results, recipients: recipients), headers: [.cacheControl: "no-store"])
    }

    private func ask(
        _ connection: Connection
    ) async -> (results: [CheckResult], recipients: [ConnectionRecipients.Recipient]) {
        var results = await ConnectionCheck(integrations: integrations, now: clock.now).run(connection)
        var recipients: [ConnectionRecipients.Recipient] = []
        // Without a token that works there is nothing more to be learned.
        if connection.state.answers, !results.contains(where: { $0.name == "token" && $0.status != .pass }),
            let integration = integrations[connection.flow.rawValue], let access = AccountAccess(connection)
        {
            do throws(GraphError) {
                recipients = try await ConnectionRecipients.find(integration, access, ownIDs: connection.ownIDs)
                results.append(ConnectionRecipients.result(recipients))
            } catch {
                results.append(ConnectionRecipients.result(error))
            }
        }
        return (results, recipients)
    }

    @Sendable private func remove(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let tenant = try context.tenantID()
        let id: ConnectionID = try context.id("id", "connection")
        guard try await store.read(tenant, { try $0.connection(id) }) != nil else {
            throw Problem.notFound("connection")
        }
        try await disconnect.disconnect(id, of: tenant, by: try context.author())
        return Response(status: .noContent)
    }

    private func view(_ connection: Connection, share: Double?) -> ConnectionView {
        let health = ConnectionHealth(senderlessRatio: share, connection: connection, integrations: integrations)
        return ConnectionView(connection: connection, health: health)
    }
}
