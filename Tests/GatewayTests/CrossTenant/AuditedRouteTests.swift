import Foundation
import Integrations
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Every route that changes something leaves exactly one entry in the audit log, and a refused one none.
@Suite(.everyEngine, .serialized, .hangLimit) struct AuditedRouteTests {
    private func entries(_ tenants: TwoTenants) async throws -> [AuditEntry] {
        try await tenants.world.store.auditEntries(AuditFilter(), limit: 1000).items
    }

    private func body(_ route: ServedRoute, _ tenant: TwoTenants.Tenant) -> [UInt8]? {
        RouteCatalog.body(route, of: tenant)
    }

    private func changing(_ tenants: TwoTenants) -> [ServedRoute] {
        // A check asks Meta, and changes nothing.
        tenants.service.routes.filter { route in
            route.isOfTheAPI && route.method != "GET" && !route.description.hasSuffix("/check")
        }.sorted { one, other in
            // What ends things comes last, keys after what they are needed for.
            let (a, b) = (RouteCatalog.turn(one), RouteCatalog.turn(other))
            if a != b { return a < b }
            if one.things.count != other.things.count { return one.things.count > other.things.count }
            return one.description > other.description
        }
    }

    private func fillings(_ route: ServedRoute, _ own: TwoTenants.Tenant) -> [[String]] {
        route.things.map { own.ids[RouteCatalog.tables[$0] ?? ""] ?? [] }
            .reduce([[]]) { paths, ids in paths.flatMap { path in ids.map { path + [$0] } } }
    }

    /// Whose log tells of a change: a new practice's own, the system tenant's where it concerns no single practice, else
    /// that of the practice whose ids stand in the path or whose key it is.
    private func tenant(
        concernedBy route: ServedRoute, _ answer: WholeService.Answer, _ own: TwoTenants.Tenant
    ) -> TenantID? {
        switch route.description {
        case "POST /v1/tenants": answer.json?["id"]?.string.flatMap { TenantID($0) }
        // The key that is made is an administrator's.
        case "POST /v1/api-keys", "PUT /v1/switches": .system
        default: own.practice.tenant
        }
    }

    @Test func everyChangeLeavesOneEntryAndARefusedOneNone() async throws {
        let tenants = try await TwoTenants()
        let own = tenants.alba
        let changing = changing(tenants)
        #expect(changing.count >= 15)
        var actions: Set<String> = []
        for route in changing {
            let isAdmins = RouteCatalog.administrators.contains(route.description)
            let (caller, key) = isAdmins ? ("admin", tenants.adminKey) : (own.name, own.key)
            try await refuse(route, own, tenants)
            var hasChanged = false
            for ids in fillings(route, own) where !hasChanged {
                let before = try await entries(tenants)
                let answer = try await tenants.service.call(
                    caller, key, route.method, route.path(ids), body(route, own))
                let new = try await entries(tenants).filter { !before.contains($0) }
                hasChanged = (200..<300).contains(answer.status)
                guard hasChanged else {
                    #expect(new.isEmpty, "\(answer.request) was refused with \(answer.status) and is noted")
                    continue
                }
                #expect(new.count == 1, "\(answer.request) left \(new.map(\.action))")
                guard let entry = new.first else { continue }
                actions.insert(entry.action)
                #expect(entry.tenantID == tenant(concernedBy: route, answer, own), "\(answer.request)")
                #expect(entry.actor == "api_key" && entry.actorID != nil, "\(answer.request)")
                #expect(entry.requestID?.isEmpty == false, "\(answer.request)")
                // Names, and nothing that anybody wrote.
                for text in [own.canary, "Taken over"] { #expect(!entry.detail.contains(text), "\(answer.request)") }
            }
            #expect(hasChanged, "\(route) does nothing for its owner")
        }
        // Each thing that can be done has a word of its own.
        #expect(actions.count >= 14, "\(actions.sorted())")
        for tenant in [own.practice.tenant, tenants.bora.practice.tenant, .system] {
            _ = try await tenants.world.store.verifyAudit(of: tenant)
        }
        await tenants.end()
    }

    /// By a key that may only read, for a tenant of somebody else, with a bad body.
    private func refuse(_ route: ServedRoute, _ own: TwoTenants.Tenant, _ tenants: TwoTenants) async throws {
        let before = try await entries(tenants)
        let paths = fillings(route, own).prefix(1) + fillings(route, tenants.bora).prefix(1)
        for path in paths {
            let answer = try await tenants.service.call(
                "reader", tenants.readKey, route.method, route.path(path), body(route, own))
            #expect(answer.status == 403)
        }
        if !route.things.isEmpty, let foreign = fillings(route, tenants.bora).first {
            let answer = try await tenants.service.call(
                own.name, own.key, route.method, route.path(foreign), body(route, own))
            // One's own key is revoked before the tenant goes.
            #expect([403, 404].contains(answer.status) || (answer.status == 401 && RouteCatalog.turn(route) == 2))
        }
        if body(route, own) != nil, route.description != "POST /v1/events/replay", let path = paths.first {
            let answer = try await tenants.service.call(
                "admin", tenants.adminKey, route.method, route.path(path),
                Array(#"{"name": 5, "flow": 5, "purpose": 5, "rules": 5, "text": 5, "state": 5}"#.utf8))
            #expect(answer.status == 422, "\(answer.request)")
        }
        #expect(try await entries(tenants) == before, "\(route) was refused and is noted")
    }

    @Test func aCountedReplayIsNoChange() async throws {
        let tenants = try await TwoTenants()
        let before = try await entries(tenants)
        func replay(_ body: JSONValue) async throws -> WholeService.Answer {
            try await tenants.service.call("admin", tenants.adminKey, "POST", "/v1/events/replay", body.encoded())
        }
        #expect(try await replay(["dry_run": true]).status == 200)
        #expect(try await replay(["state": "parked", "kind": "comment"]).status == 202)
        #expect(try await entries(tenants) == before)
        // Events of three: each log tells of it once, whatever the number of events.
        #expect(try await replay(["received_after": "2001-01-01T00:00:00Z"]).status == 202)
        let new = try await entries(tenants).filter { !before.contains($0) }
        #expect(Set(new.map(\.tenantID)).count == new.count && new.count >= 2)
        #expect(Set(new.map(\.action)) == ["events.replay"])
        await tenants.end()
    }
}
