import Foundation
import Integrations
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Cross-tenant: every route, every id, two tenants: no foreign row, and no word of a patient's where it does not belong.
@Suite(.everyEngine, .serialized, .hangLimit) struct CrossTenantRouteTests {
    private static let unknown = "0198c6f2-0000-7000-8000-000000000000"
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private func withTenants(_ what: String, _ body: (TwoTenants) async throws -> Void) async throws {
        let tenants = try await TwoTenants()
        let result: Result<Void, any Error>
        do {
            try await body(tenants)
            searchAnswers(tenants)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        print("cross-tenant, \(what), \(TestEngine.current.rawValue): \(tenants.service.answers.count) requests")
        await tenants.end()
        try result.get()
    }

    /// Whoever asked and whatever for: a tenant's answers tell nothing of the other, and errors nothing that a patient
    /// wrote.
    private func searchAnswers(_ tenants: TwoTenants) {
        for (tenant, other) in [(tenants.alba, tenants.bora), (tenants.bora, tenants.alba)] {
            for answer in tenants.service.answers {
                if answer.caller == tenant.name {
                    for mark in other.marks where answer.text.contains(mark) {
                        Issue.record("\(answer.request) tells \(tenant.name) of \(other.name): \(mark.prefix(12))...")
                    }
                }
                if answer.status >= 400 {
                    #expect(!answer.text.contains(tenant.canary), "\(answer.request) tells a text in an error")
                }
            }
        }
    }

    private func bytes(_ route: ServedRoute, _ tenant: TwoTenants.Tenant) -> [UInt8]? {
        RouteCatalog.body(route, of: tenant)
    }

    /// Every way to fill a path with ids of both, without the one way that is all one's own.
    private func foreignFillings(
        _ route: ServedRoute, own: TwoTenants.Tenant, other: TwoTenants.Tenant, _ tenants: TwoTenants
    ) -> [[String]] {
        let choices = route.things.map { thing -> [(id: String, isOwn: Bool)] in
            let table = RouteCatalog.tables[thing] ?? ""
            var foreign = other.ids[table] ?? []
            if table == "tenants" { foreign.append(TenantID.system.description) }
            if table == "events" { foreign += tenants.unrouted }
            return (own.ids[table] ?? []).map { ($0, true) } + foreign.map { ($0, false) }
        }
        let all = choices.reduce([[]]) { paths, ids in paths.flatMap { path in ids.map { path + [$0] } } }
        return all.filter { !$0.allSatisfy(\.isOwn) }.map { $0.map(\.id) }
    }

    private func ownFillings(_ route: ServedRoute, _ own: TwoTenants.Tenant) -> [[String]] {
        route.things.map { own.ids[RouteCatalog.tables[$0] ?? ""] ?? [] }
            .reduce([[]]) { paths, ids in paths.flatMap { path in ids.map { path + [$0] } } }
    }

    @Test func everyRouteIsPlaced() async throws {
        try await withTenants("routes") { tenants in
            let routes = tenants.service.routes
            #expect(routes.count >= 30)
            for route in routes {
                if let fault = RouteCatalog.fault(route) { Issue.record("\(route) is not in the catalog: \(fault)") }
            }
            let missing = try RouteCatalog.pathsInSources().subtracting(routes.map(\.description))
            #expect(missing.isEmpty, "the service has routes that the tests' router was not given")
        }
    }

    @Test func noIdOfAnotherTenantOpensAnything() async throws {
        try await withTenants("ids") { tenants in
            for (own, other) in [(tenants.alba, tenants.bora), (tenants.bora, tenants.alba)] {
                let before = try await tenants.rows()
                for route in tenants.service.routes where route.isOfTheAPI && !route.things.isEmpty {
                    try await tryToOpen(route, own: own, other: other, tenants)
                    #expect(try await tenants.rows() == before, "\(route) changed something")
                }
            }
            for tenant in [tenants.alba, tenants.bora] { try await openOwn(tenant, tenants) }
        }
    }

    private func tryToOpen(
        _ route: ServedRoute, own: TwoTenants.Tenant, other: TwoTenants.Tenant, _ tenants: TwoTenants
    ) async throws {
        let service = tenants.service
        let fillings = foreignFillings(route, own: own, other: other, tenants)
        #expect(!fillings.isEmpty)
        let foreign = Set(fillings.joined()).subtracting(own.ids.values.joined())
        // A key's id says nothing of a tenant: who may see none is told so.
        let expected = route.description == "DELETE /v1/api-keys/:id" ? 403 : 404
        var nowhere: [String: String] = [:]
        for ids in fillings {
            for method in route.method == "GET" ? ["GET", "HEAD"] : [route.method] {
                let answer = try await service.call(own.name, own.key, method, route.path(ids), bytes(route, own))
                #expect(answer.status == expected, "\(own.name): \(answer.request)")
                // What another has looks like what nobody has.
                let unknown = method + route.path(ids.map { foreign.contains($0) ? Self.unknown : $0 })
                if nowhere[unknown] == nil {
                    nowhere[unknown] = try await service.call(
                        own.name, own.key, method, String(unknown.dropFirst(method.count)), bytes(route, own)
                    ).body
                }
                #expect(answer.body == nowhere[unknown], "\(answer.request) tells that there is something")
            }
        }
        let taken = Set(service.routes.filter { $0.components == route.components }.map(\.method))
        for method in Self.methods where !taken.contains(method) && !(method == "HEAD" && taken.contains("GET")) {
            let answer = try await service.call(own.name, own.key, method, route.path(fillings[0]))
            #expect([404, 405].contains(answer.status), "\(own.name): \(answer.request)")
        }
    }

    /// The positive control: with its owner's key each route that was refused does what it is for, with the same body.
    private func openOwn(_ own: TwoTenants.Tenant, _ tenants: TwoTenants) async throws {
        let order = tenants.service.routes.filter { $0.isOfTheAPI && !$0.things.isEmpty }.sorted { one, other in
            // What ends things comes last, and within a tenant replies before what would settle them.
            let (a, b) = (RouteCatalog.turn(one), RouteCatalog.turn(other))
            if a != b { return a < b }
            if one.things.count != other.things.count { return one.things.count > other.things.count }
            return one.description > other.description
        }
        for route in order {
            let isAdmins = RouteCatalog.administrators.contains(route.description)
            var statuses: [Int] = []
            for ids in ownFillings(route, own) where !statuses.contains(where: (200..<300).contains) {
                let answer = try await tenants.service.call(
                    isAdmins ? "admin" : own.name, isAdmins ? tenants.adminKey : own.key, route.method, route.path(ids),
                    bytes(route, own))
                statuses.append(answer.status)
            }
            #expect(statuses.contains { (200..<300).contains($0) }, "\(route) does nothing for its owner: \(statuses)")
        }
    }

    @Test func listsHoldOnlyOnesOwn() async throws {
        try await withTenants("lists") { tenants in
            let before = try await tenants.rows()
            for (own, other) in [(tenants.alba, tenants.bora), (tenants.bora, tenants.alba)] {
                for route in tenants.service.routes where route.isOfTheAPI && route.method == "GET" {
                    for ids in ownFillings(route, own) {
                        try await readList(route, route.path(ids), own: own, other: other, tenants)
                    }
                }
                try await replayByFilter(own: own, other: other, tenants)
                for name in RouteCatalog.administrators where !name.contains(":") {
                    let parts = name.split(separator: " ")
                    let route = ServedRoute(String(parts[0]), String(parts[1]))
                    let answer = try await tenants.service.call(
                        own.name, own.key, route.method, route.path([]), bytes(route, own))
                    #expect(answer.status == 403, "\(own.name): \(name)")
                }
            }
            #expect(try await tenants.rows() == before)
        }
    }

    private func readList(
        _ route: ServedRoute, _ path: String, own: TwoTenants.Tenant, other: TwoTenants.Tenant, _ tenants: TwoTenants
    ) async throws {
        let service = tenants.service
        let first = try await service.call(own.name, own.key, "GET", path + "?limit=200")
        if RouteCatalog.administrators.contains(route.description) {
            #expect(first.status == 403)
            return
        }
        #expect(first.status == 200, "\(first.request)")
        guard let data = first.json?["data"]?.array else { return }
        #expect(!data.isEmpty || route.components.last == "messages", "\(first.request) finds nothing")
        var queries = ["tenant_id=\(other.practice.tenant)", "instagram_page_id=\(other.practice.account.id)"]
        queries += ["tenant_id=\(TenantID.system)", "instagram_page_id=\(TwoTenants.stranger)"]
        queries += ["tenant_id=\(own.practice.tenant)&tenant_id=\(other.practice.tenant)"]
        queries += ["tenant_id=\(other.practice.tenant)&tenant_id=\(own.practice.tenant)"]
        for table in ["connections", "conversations", "events", "messages", "replies", "tenants"] {
            let cursors = [other.ids[table]?.first, other.ids[table]?.last].compactMap(\.self)
            queries += cursors.compactMap(Identifier.init).map { "limit=200&cursor=\(Pagination.text($0))" }
        }
        let known = own.ids.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        var answers = [first]
        for query in queries { answers.append(try await service.call(own.name, own.key, "GET", "\(path)?\(query)")) }
        for answer in answers {
            #expect([200, 404].contains(answer.status), "\(answer.request)")
            for item in answer.json?["data"]?.array ?? [] {
                #expect(known.contains(item["id"]?.string ?? ""), "\(answer.request) shows \(own.name) a foreign row")
                let tenant = item["tenant_id"]
                #expect(tenant == nil || tenant?.string == own.practice.tenant.description, "\(answer.request)")
            }
        }
        if route.description == "GET /v1/events" {
            #expect(Set(data.compactMap { $0["id"]?.string }) == Set(own.ids["events"] ?? []))
            #expect(answers[1].status == 404 && answers[2].json?["data"]?.array == [])
            #expect(answers[3].status == 404 && answers[4].json?["data"]?.array == [])
        }
    }

    private func replayByFilter(
        own: TwoTenants.Tenant, other: TwoTenants.Tenant, _ tenants: TwoTenants
    ) async throws {
        func replay(_ body: JSONValue) async throws -> WholeService.Answer {
            try await tenants.service.call(own.name, own.key, "POST", "/v1/events/replay", body.encoded())
        }
        for tenant in [other.practice.tenant, .system] {
            #expect(try await replay(["tenant_id": .string("\(tenant)")]).status == 404)
        }
        for account in [other.practice.account.id, TwoTenants.stranger] {
            let answer = try await replay(["instagram_page_id": .string(account)])
            #expect(answer.json?["matched"]?.integer == 0 && answer.json?["replayed"]?.integer == 0)
        }
        // A filter that is misspelt is none, whatever the key is bound to.
        #expect(try await replay(["sate": "failed"]).status == 422)
        let due = try await tenants.world.events(of: own.practice).count { [.parked, .failed].contains($0.state) }
        #expect(try await replay(["dry_run": true]).json?["matched"]?.integer == Int64(due))
    }

    @Test func nobodyElseIsToldWhatAPatientWrote() async throws {
        try await withTenants("canary") { tenants in
            let service = tenants.service
            for (own, other) in [(tenants.alba, tenants.bora), (tenants.bora, tenants.alba)] {
                try await sendBadBodies(own, tenants)
                for route in service.routes where !route.isOfTheAPI {
                    for key in [own.key, "nonsense"] {
                        let ids = route.things.map { _ in own.linkToken }
                        try await service.call(own.name, key, route.method, route.path(ids))
                    }
                }
                // A delivery that Meta has not signed.
                let forged = try await service.call(
                    own.name, own.key, "POST", "/webhooks/meta", Array(#"{"x":"\#(other.canary)"}"#.utf8))
                #expect(forged.status == 401)
                for route in service.routes where route.isOfTheAPI && route.method == "GET" {
                    for ids in ownFillings(route, own) {
                        try await service.call("reader", tenants.readKey, "GET", route.path(ids))
                    }
                }
            }
            try await tenants.world.settle()
            let metrics = try await service.call("operator", "", "GET", "/metrics").body
            #expect(metrics.contains("clariva_events_total"))
            let log = tenants.world.log.text
            #expect(log.contains("Gossip") && log.contains(tenants.alba.practice.account.id))
            for tenant in [tenants.alba, tenants.bora] {
                #expect(
                    service.answers.contains { $0.caller == "reader" && $0.text.contains(tenant.canary) },
                    "the canary is to be found where it belongs")
                for (place, text) in [("/metrics", metrics), ("the log", log)] {
                    let line = text.split(separator: "\n").first { $0.contains(tenant.canary) }
                    #expect(line == nil, "\(place) tells what a patient wrote")
                }
                #expect(!metrics.contains(tenant.name))
                for secret in [tenant.key, tenant.linkToken] { #expect(!log.contains(secret)) }
            }
        }
    }

    /// What was sent is not sent back in an error.
    private func sendBadBodies(_ own: TwoTenants.Tenant, _ tenants: TwoTenants) async throws {
        let text = JSONValue.string(own.canary)
        let wrong: JSONValue = [
            "state": text, "flow": text, "purpose": text, "until": text, "name": 5, "rules": text, "tenant_id": text,
            "reason": text, "return_url": text, "recipient_id": 5, "scope": text,
        ]
        for route in tenants.service.routes where route.isOfTheAPI && bytes(route, own) != nil {
            let isAdmins = RouteCatalog.administrators.contains(route.description)
            let (caller, key) = isAdmins ? ("admin", tenants.adminKey) : (own.name, own.key)
            let path = route.path(try #require(ownFillings(route, own).first))
            for body in [wrong.encoded(), Array(own.canary.utf8), Array("[\"\(own.canary)\"]".utf8)] {
                let answer = try await tenants.service.call(caller, key, route.method, path, body)
                #expect([400, 422].contains(answer.status), "\(answer.request)")
            }
        }
    }
}
