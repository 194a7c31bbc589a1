import Integrations
import Storage
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// The audit log as an administrator sees it.
@Suite(.everyEngine, .serialized, .hangLimit) struct AuditStories {
    @Test func whatWasDoneIsListedWithWhoDidIt() async throws {
        try await AdminDesk.open { _, practice, desk in
            let tenant = "\(practice.tenant)"
            #expect(try await desk.call(.put, "/tenants/\(tenant)/flow", ["flow": "facebook_page"]).status == 202)
            let made = try await desk.call(.post, "/api-keys", ["name": "a name", "scope": "read"])
            let key = try #require(made.json["id"]?.string)

            let own = try await desk.call(.get, "/audit-log?tenant_id=\(tenant)&limit=1")
            let entry = try #require(own.json["data"]?[0])
            #expect(own.status == 200 && own.json["next_cursor"]?.string != nil)
            #expect(entry["action"]?.string == "tenant.flow" && entry["target"]?.string == "tenant")
            #expect(entry["actor"]?.string == "bootstrap_key" && entry["actor_id"] == .null)
            #expect(entry["tenant_id"]?.string == tenant && entry["sequence"]?.integer == 2)
            #expect(entry["detail"]?["flow"]?.string == "facebook_page")
            #expect(entry["detail"]?["connect_link"]?.string?.count == 16)
            #expect(entry["hash"]?.string?.count == 64 && entry["request_id"]?.string != nil)
            let cursor = try #require(own.json["next_cursor"]?.string)
            let rest = try await desk.call(.get, "/audit-log?tenant_id=\(tenant)&cursor=\(cursor)")
            #expect(rest.json["data"]?.array?.map { $0["action"]?.string } == ["tenant.create"])
            #expect(rest.json["data"]?[0]?["hash"] == entry["previous"] && rest.json["next_cursor"] == .null)

            // What concerns no single tenant, too, and never the key itself.
            let keys = try await desk.call(.get, "/audit-log?target=api_key&target_id=\(key)")
            #expect(keys.json["data"]?.array?.count == 1)
            #expect(keys.json["data"]?[0]?["tenant_id"] == .null)
            #expect(keys.json["data"]?[0]?["detail"] == ["scope": "read"])
            for (query, count) in [
                ("action=tenant.create", 1), ("actor=bootstrap_key", 2), ("actor=service", 1), ("actor=nobody", 0),
                ("after=2000-01-01T00:00:00Z", 3), ("before=2000-01-01T00:00:00Z", 0),
            ] {
                let found = try await desk.call(.get, "/audit-log?\(query)")
                #expect(found.json["data"]?.array?.count == count, "\(query)")
            }
        }
    }

    @Test(arguments: ["tenant_id=x", "after=yesterday", "before=1", "limit=0", "cursor=!", "actor=%00", "action=a%0Ab"])
    func aBadFilterIsToldByItsName(_ query: String) async throws {
        try await AdminDesk.open { _, _, desk in
            let answer = try await desk.call(.get, "/audit-log?\(query)")
            #expect(answer.status == 422)
            #expect(answer.json["errors"]?[0]?["field"]?.string == String(query.prefix { $0 != "=" }))
        }
    }
}
