internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// `/v1/api-keys`, for administrators only.
struct APIKeyRoutes: Sendable {
    let store: TenancyStore
    let keys: APIKeys
    let clock: any WallClock

    func add(to routes: some RouterMethods<GatewayRequestContext>) {
        routes.get("v1/api-keys", use: list)
        routes.post("v1/api-keys", use: create)
        routes.delete("v1/api-keys/:id", use: revoke)
    }

    @Sendable private func list(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try context.requireAdmin()
        let page = try Pagination(request)
        let found = try await keys.list(after: page.cursor.map(APIKeyID.init), limit: page.limit + 1)
        let list = ListPage(found: found, limit: page.limit) { $0.id.raw }
        return try APIJSON.response(ListView(list.map { APIKeyView($0) }))
    }

    @Sendable private func create(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try context.requireAdmin()
        let body: Body = try await request.json()
        var validation = InputValidation()
        validation.text("name", body.name, limit: 100)
        let expiresAt = body.expiresAt.flatMap(Timestamp.init(rfc3339:))
        if body.expiresAt != nil, expiresAt.map({ $0 <= clock.now }) ?? true {
            validation.fail("expires_at", "must be a time in the future such as 2030-01-31T12:00:00Z")
        }
        let scope = try await scope(body, &validation)
        try validation.finish()
        let made = try await keys.create(
            name: body.name.trimmingCharacters(in: .whitespacesAndNewlines), scope: scope, expiresAt: expiresAt,
            by: try context.author(), now: clock.now, claim: context.claim)
        return try APIJSON.response(
            APIKeyView(made.key, text: made.text), status: .created, headers: [.cacheControl: "no-store"])
    }

    @Sendable private func revoke(_ request: Request, _ context: GatewayRequestContext) async throws -> Response {
        try context.requireAdmin()
        let id: APIKeyID = try context.id("id", "API key")
        guard try await keys.revoke(id, by: try context.author(), now: clock.now) else {
            throw Problem.notFound("API key")
        }
        return Response(status: .noContent)
    }

    private func scope(_ body: Body, _ validation: inout InputValidation) async throws -> APIKey.Scope {
        switch (body.scope, body.tenantID) {
        case ("admin", nil): return .admin
        case ("read", nil): return .read
        case ("tenant", let text?):
            if let id = TenantID(text), id != .system, try await store.tenant(id) != nil { return .tenant(id) }
            validation.fail("tenant_id", "names no tenant")
        case ("tenant", nil): validation.fail("tenant_id", "is required with the scope tenant")
        case ("admin", _), ("read", _): validation.fail("tenant_id", "goes with the scope tenant only")
        default: validation.fail("scope", "must be admin, read or tenant")
        }
        return .read
    }

    private struct Body: Decodable {
        var name: String
        var scope: String
        var tenantID: String?
        var expiresAt: String?

        enum CodingKeys: String, CodingKey {
            case name, scope
            case tenantID = "tenant_id"
            case expiresAt = "expires_at"
        }
    }
}
