internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `/v1/tenants/{tenant_id}/reply-rules`. ``ReplyRules`` encodes itself in the API's own words.
struct ReplyRulesRoutes: Sendable {
    let store: TenancyStore
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/tenants/:tenant_id/reply-rules", use: show)
        routes.put("v1/tenants/:tenant_id/reply-rules", use: replace)
    }

    @Sendable private func show(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        guard let tenant = try await store.tenant(try context.tenantID()) else { throw Problem.notFound("tenant") }
        return try answer(tenant)
    }

    @Sendable private func replace(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        let id = try context.tenantID()
        let revision = try request.expectedRevision()
        let rules: ReplyRules = try await request.json()
        let errors = ReplyRulesValidation.errors(in: rules)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let (author, now) = (try context.author(), clock.now)
        let changed = try await store.writeGlobal { rows in
            let tenant = try rows.setReplyRules(rules, of: id, expectedRevision: revision, now: now)
            let note = AuditNote(.replyRulesReplace, detail: ["rules": .count(rules.rules.count)])
            try rows.audit(note, of: id, by: author, now: now)
            return tenant
        }
        return try answer(changed)
    }

    private func answer(_ tenant: Tenant) throws -> Response {
        try APIJSON.response(tenant.replyRules, headers: [.eTag: "\"\(tenant.revision)\""])
    }
}
