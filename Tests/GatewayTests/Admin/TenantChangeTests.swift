import Integrations
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Two who change a practice at the same time: the later one learns of it.
@Suite(.everyEngine, .hangLimit) struct TenantChangeTests {
    @Test func aPatchHonoursIfMatch() async throws {
        let world = try await PracticeWorld()
        let service = try await WholeService(world)
        let key = WholeService.bootstrapKey
        let tenant = try await world.store.createTenant(
            name: "Praxis Nord", flow: Flow(rawValue: "instagram_login"), now: world.clock.now)
        let path = "/v1/tenants/\(tenant.id)"
        func rename(_ name: String, ifMatch: String?) async throws -> WholeService.Answer {
            try await service.call(
                "admin", key, "PATCH", path, Array(#"{"name":"\#(name)"}"#.utf8), ifMatch: ifMatch)
        }
        let first = try #require(try await service.call("admin", key, "GET", path).etag)
        let changed = try await rename("Praxis Süd", ifMatch: first)
        #expect(changed.status == 200 && changed.etag != nil && changed.etag != first)
        for stale in [first, "\"", "W/\(first)", "7"] {
            let refused = try await rename("Praxis West", ifMatch: stale)
            #expect(refused.status == 412 && refused.json?["type"] != nil, "\(stale)")
        }
        #expect(try await service.call("admin", key, "GET", path).json?["name"]?.string == "Praxis Süd")
        for current in [changed.etag, "*", nil] {
            #expect(try await rename("Praxis Ost", ifMatch: current).status == 200)
        }
        await service.end()
        await world.end()
    }

    /// Who does not ask for a revision is never told that there was another one.
    @Test func changesAtTheSameTimeFollowEachOther() async throws {
        let world = try await PracticeWorld()
        let service = try await WholeService(world)
        let tenant = try await world.store.createTenant(
            name: "Praxis Nord", flow: Flow(rawValue: "instagram_login"), now: world.clock.now)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...24 {
                group.addTask {
                    try await service.call(
                        "admin", WholeService.bootstrapKey, "PATCH", "/v1/tenants/\(tenant.id)",
                        Array(#"{"name":"Praxis \#(number)"}"#.utf8)
                    ).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(try await world.store.tenant(tenant.id)?.revision == tenant.revision + 24)
        await service.end()
        await world.end()
    }
}
