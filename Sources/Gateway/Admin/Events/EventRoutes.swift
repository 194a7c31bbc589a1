internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `/v1/events`: what arrived and what became of it.
struct EventRoutes: Sendable {
    let store: TenancyStore
    let commands: any PipelineCommands
    /// By whose events they are about; each may make many thousand due.
    private let replays = RunningRequests<TenantID?>(most: 4)

    init(store: TenancyStore, commands: any PipelineCommands) {
        self.store = store
        self.commands = commands
    }

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/events", use: list)
        routes.post("v1/events/replay", use: replayMany)
        routes.get("v1/events/:id", use: show)
        routes.post("v1/events/:id/replay", use: replay)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let page = try Pagination(request)
        let filter = try EventQuery(request).filter(for: try context.caller())
        let found = try await store.events(filter, before: page.cursor, limit: page.limit)
        return try APIJSON.response(ListView(found.map(EventView.init)))
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try APIJSON.response(EventView(try await event(context)))
    }

    @Sendable private func replay(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let event = try await event(context)
        let note = AuditNote(.eventReplay, event.id.description)
        guard
            try await commands.replay(
                event: event.id, tenant: event.tenantID, noting: note, by: try context.author())
        else {
            throw Problem(.conflict, "Only parked and failed events whose payload is still kept can be replayed.")
        }
        // Replaying may be quicker than reading, and an unrouted event moves to its tenant.
        let after = try await store.event(event.id) ?? event
        return try APIJSON.response(EventView(after), status: .accepted)
    }

    @Sendable private func replayMany(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let query: EventQuery = try await request.optionalJSON()
        let filter = try query.filter(for: try context.caller())
        let isDryRun = query.dryRun ?? false
        guard isDryRun || query.narrows else {
            throw Problem.invalid("state", "or another filter is required, unless `dry_run` is true")
        }
        let (commands, author) = (commands, try context.author())
        let outcome = try await replays.run(filter.tenantID) {
            try await EventReplay(store: store) { event, tenant, note in
                try await commands.replay(event: event, tenant: tenant, noting: note, by: author)
            }.run(filter, isDryRun: isDryRun)
        }
        return try APIJSON.response(
            ReplayView(matched: outcome.matched, replayed: outcome.replayed, dryRun: isDryRun),
            status: isDryRun ? .ok : .accepted)
    }

    private func event(_ context: GatewayRequestContext) async throws -> Event {
        let id: EventID = try context.id("id", "event")
        let caller = try context.caller()
        guard let event = try await store.event(id), caller.onlyTenant == nil || caller.sees(event.tenantID) else {
            throw Problem.notFound("event")
        }
        return event
    }

    private struct ReplayView: Encodable {
        var matched: Int
        var replayed: Int
        var dryRun: Bool

        enum CodingKeys: String, CodingKey {
            case matched, replayed
            case dryRun = "dry_run"
        }
    }
}
