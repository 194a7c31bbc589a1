import Foundation
import Integrations

@testable import Gateway

/// What has to be known of a route to ask it for what is another tenant's. A route that the catalog cannot place is a
/// fault of the tests: whoever adds one says here whose its rows are.
enum RouteCatalog {
    /// The table whose ids stand behind a word of a path.
    static let tables = [
        "tenants": "tenants", "connections": "connections", "conversations": "conversations", "replies": "replies",
        "events": "events", "patients": "patients", "api-keys": "api_keys", "erasures": "erasures",
    ]

    /// For administrators: a tenant's key is refused before anything is looked up.
    static let administrators: Set = [
        "POST /v1/tenants", "GET /v1/api-keys", "POST /v1/api-keys", "DELETE /v1/api-keys/:id",
        "PUT /v1/switches", "PUT /v1/tenants/:tenant_id/switches", "DELETE /v1/tenants/:tenant_id",
    ]

    /// Across tenants, without an id in their path.
    static let collections: Set = [
        "GET /v1/tenants", "GET /v1/events", "POST /v1/events/replay", "GET /v1/audit-log", "GET /v1/switches",
        "GET /v1/erasures",
    ]

    /// Without a key. What a connect link opens is its holder's, and so is the practice's page behind a session.
    static let open: Set = [
        "GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json", "GET /connect/:token",
        "GET /connect/:token/authorize", "GET /connect/:token/accounts", "POST /connect/:token/accounts",
        "GET /connect/:token/done",
        "GET /oauth/instagram_login/callback", "GET /oauth/facebook_page/callback", "GET \(Stylesheet.path)",
        "GET /practice", "GET /practice/disconnect", "POST /practice/reconnect", "POST /practice/switch-flow",
        "POST /practice/disconnect", "POST /practice/sign-out", "POST /meta/deauthorize", "POST /meta/data-deletion",
        "GET /meta/data-deletion/:code",
    ]

    /// Behind an operator's session, which sees every tenant; their tests are those of `Operator`.
    static let operators: Set = [
        "GET /admin", "GET /admin/tenants", "GET /admin/events", "POST /admin/events/:id/replay", "GET /admin/replies",
        "POST /admin/tenants/:tenant_id/replies/:id/retry", "POST /admin/tenants/:tenant_id/replies/:id/cancel",
        "GET /admin/switches", "POST /admin/switches", "GET /admin/sign-in", "POST /admin/sign-in",
        "POST /admin/sign-out", "GET \(OperatorStylesheet.path)",
    ]

    /// A good body of each route that changes something; `null` for none.
    static let bodies: [String: JSONValue] = [
        "POST /v1/tenants": ["name": "Taken over", "flow": "instagram_login"],
        "PATCH /v1/tenants/:tenant_id": ["name": "Taken over", "automation": "paused"],
        "DELETE /v1/tenants/:tenant_id": .null,
        "PUT /v1/tenants/:tenant_id/flow": ["flow": "facebook_page"],
        "POST /v1/tenants/:tenant_id/connect-links": ["purpose": "manage"],
        "DELETE /v1/tenants/:tenant_id/connect-links": .null,
        "POST /v1/tenants/:tenant_id/connections/:id/reconnect": .null,
        "POST /v1/tenants/:tenant_id/connections/:id/check": .null,
        "POST /v1/tenants/:tenant_id/connections/:id/test-message": [
            "recipient_id": "$recipient", "text": "Taken over.",
        ],
        "DELETE /v1/tenants/:tenant_id/connections/:id": .null,
        "PUT /v1/tenants/:tenant_id/reply-rules": [
            "rules": [["name": "any", "match": ["any": true], "text": "Taken over."]]
        ],
        "POST /v1/tenants/:tenant_id/conversations/:id/messages": ["text": "Taken over."],
        "POST /v1/tenants/:tenant_id/conversations/:id/automation": ["state": "paused"],
        "POST /v1/tenants/:tenant_id/replies/:id/retry": .null,
        "POST /v1/tenants/:tenant_id/replies/:id/cancel": .null,
        "DELETE /v1/tenants/:tenant_id/patients/:patient_id": .null,
        "POST /v1/events/replay": ["received_after": "2001-01-01T00:00:00Z"],
        "POST /v1/events/:id/replay": .null,
        "POST /v1/api-keys": ["name": "Taken over", "scope": "admin"],
        "DELETE /v1/api-keys/:id": .null,
        "PUT /v1/switches": ["sending": true, "connecting": true, "processing": false],
        "PUT /v1/tenants/:tenant_id/switches": ["sending": false, "connecting": true, "processing": true],
    ]

    /// A good body of a route for a tenant: with somebody who has written to it, where somebody is to be named.
    static func body(_ route: ServedRoute, of tenant: TwoTenants.Tenant) -> [UInt8]? {
        guard let body = bodies[route.description], body != .null else { return nil }
        return Array(
            String(decoding: body.encoded(), as: UTF8.self).replacing("$recipient", with: tenant.recipient).utf8)
    }

    /// In which order routes are tried with one's own ids: what cancels or ends things comes later, and a whole tenant after everything.
    static func turn(_ route: ServedRoute) -> Int {
        // A person's message cancels replies that others are to cancel by their ids.
        if route.description.hasPrefix("POST"), route.description.hasSuffix("/messages") { return 1 }
        if route.method != "DELETE" { return 0 }
        return route.components.last == ":tenant_id" ? 2 : 1
    }

    /// - Returns: what the catalog does not know of a route; `nil` where it is placed.
    static func fault(_ route: ServedRoute) -> String? {
        let name = route.description
        guard route.isOfTheAPI else {
            return open.contains(name) || operators.contains(name) ? nil : "is it open to everybody?"
        }
        if route.method != "GET", bodies[name] == nil { return "what is a good body of it?" }
        if administrators.contains(name) || collections.contains(name) { return nil }
        if route.things.isEmpty { return "whose rows does it show or change?" }
        let unknown = route.things.filter { tables[$0] == nil }
        return unknown.isEmpty ? nil : "which table do the ids of \(unknown) stand in?"
    }

    /// Paths as they stand in the sources, for routes that a service has and the tests' router was not given.
    static func pathsInSources() throws -> Set<String> {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Gateway").standardized
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var found: Set<String> = []
        while let url = files?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: url, encoding: .utf8)
            for match in text.matches(of: /\b(get|post|put|patch|delete)\("([^"]+)"(?:, use:|\) \{)/) {
                found.insert(ServedRoute(match.1.uppercased(), String(match.2)).description)
            }
        }
        return found
    }
}
