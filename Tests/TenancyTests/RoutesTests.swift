import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct RoutesTests {
    @Test func anAccountAndItsAliasesRouteToWhoClaimedThem() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        try await test.store.writeGlobal { rows in
            try rows.claim(account: "178", aliases: ["900", "178", "555"], for: id, now: test.now)
            try rows.claim(account: "178", aliases: ["901"], for: id, now: test.now)
        }
        let routes = try await test.store.readGlobal { try $0.routes() }
        #expect(routes.map(\.accountID) == ["178", "555", "900", "901"])
        #expect(routes.filter { $0.kind == .account }.map(\.accountID) == ["178"])
        #expect(try await test.store.readGlobal { try $0.route(of: "555") } == id)
        #expect(try await test.store.readGlobal { try $0.route(of: "556") } == nil)
    }

    @Test(arguments: [("178", ["1"]), ("999", ["2", "178"]), ("900", [])])
    func aSecondTenantsClaimIsAConflictAndChangesNothing(account: String, aliases: [String]) async throws {
        let test = try await TestStore()
        let first = try await test.tenant().id
        let second = try await test.tenant("Praxis Süd").id
        try await test.store.writeGlobal { try $0.claim(account: "178", aliases: ["900"], for: first, now: test.now) }
        let before = try await test.store.readGlobal { try $0.routes() }
        await #expect(throws: ClaimConflict.self) {
            try await test.store.writeGlobal {
                try $0.claim(account: account, aliases: aliases, for: second, now: test.now)
            }
        }
        #expect(try await test.store.readGlobal { try $0.routes() } == before)
    }

    @Test func aReleasedAccountMayBeClaimedByAnother() async throws {
        let test = try await TestStore()
        let first = try await test.tenant().id
        let second = try await test.tenant("Praxis Süd").id
        try await test.store.writeGlobal { try $0.claim(account: "1", aliases: ["2", "3"], for: first, now: test.now) }
        #expect(try await test.store.writeGlobal { try $0.releaseClaims(of: second, accounts: ["1"]) } == 0)
        #expect(try await test.store.writeGlobal { try $0.releaseClaims(of: first, accounts: ["1", "3"]) } == 2)
        #expect(try await test.store.readGlobal { try $0.route(of: "2") } == first)
        #expect(try await test.store.writeGlobal { try $0.releaseClaims(of: first) } == 1)
        try await test.store.writeGlobal { try $0.claim(account: "1", aliases: [], for: second, now: test.now) }
        #expect(try await test.store.readGlobal { try $0.route(of: "1") } == second)
    }
}
