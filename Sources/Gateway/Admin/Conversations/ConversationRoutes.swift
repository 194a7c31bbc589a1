internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `/v1/tenants/{tenant_id}/conversations` with their messages.
struct ConversationRoutes: Sendable {
    /// Longest text of a person's message, in characters; it is split into parts as the channel demands.
    static let textLimit = 5000

    let store: TenancyStore
    let commands: any PipelineCommands
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/tenants/:tenant_id/conversations", use: list)
        routes.get("v1/tenants/:tenant_id/conversations/:id", use: show)
        routes.get("v1/tenants/:tenant_id/conversations/:id/messages", use: messages)
        routes.post("v1/tenants/:tenant_id/conversations/:id/messages", use: send)
        routes.post("v1/tenants/:tenant_id/conversations/:id/automation", use: setAutomation)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let now = clock.now
        let found = try await store.read(try context.tenantID()) { rows in
            try rows.conversations(before: page.cursor, limit: page.limit)
        }
        return try APIJSON.response(ListView(found.map { ConversationView($0, now: now) }))
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try await answer(try context.id("id", "conversation"), of: try context.tenantID())
    }

    @Sendable private func messages(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let id: ConversationID = try context.id("id", "conversation")
        let found = try await store.read(try context.tenantID()) { rows -> ListPage<Message>? in
            guard try rows.conversation(id) != nil else { return nil }
            return try rows.messages(of: id, before: page.cursor, limit: page.limit)
        }
        guard let found else { throw Problem.notFound("conversation") }
        return try APIJSON.response(ListView(found.map(MessageView.init)))
    }

    @Sendable private func send(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        struct Body: Decodable { var text: String }
        let tenant = try context.tenantID()
        let id: ConversationID = try context.id("id", "conversation")
        let body: Body = try await request.json()
        var validation = InputValidation()
        validation.text("text", body.text, limit: Self.textLimit, multiline: true)
        try validation.finish()
        let sent = try await commands.sendPersonsMessage(
            body.text, conversation: id, tenant: tenant, by: try context.author(), claim: context.claim)
        guard let reply = sent else {
            throw Problem.notFound("conversation")
        }
        return try APIJSON.response(
            ReplyView(reply), status: .accepted, headers: [.location: "/v1/tenants/\(tenant)/replies/\(reply.id)"])
    }

    @Sendable private func setAutomation(
        _ request: Request, _ context: GatewayRequestContext
    ) async throws -> Response {
        struct Body: Decodable {
            var state: String
            var until: String?
        }
        let tenant = try context.tenantID()
        let id: ConversationID = try context.id("id", "conversation")
        let body: Body = try await request.json()
        var validation = InputValidation()
        let state = Tenant.Automation(rawValue: body.state)
        if state == nil { validation.fail("state", "must be on or paused") }
        let until = body.until.flatMap(Timestamp.init(rfc3339:))
        if body.until != nil {
            if until == nil { validation.fail("until", "must be a time such as 2026-01-31T12:00:00Z") }
            if state == .on { validation.fail("until", "goes with paused only") }
            if let until, until <= clock.now { validation.fail("until", "must lie in the future") }
        }
        try validation.finish()
        guard
            try await commands.setAutomation(
                conversation: id, tenant: tenant, state: state ?? .paused, until: until, by: try context.author())
        else { throw Problem.notFound("conversation") }
        return try await answer(id, of: tenant)
    }

    private func answer(_ id: ConversationID, of tenant: TenantID) async throws -> Response {
        let now = clock.now
        guard let found = try await store.read(tenant, { try $0.listedConversation(id) }) else {
            throw Problem.notFound("conversation")
        }
        return try APIJSON.response(ConversationView(found, now: now))
    }
}
