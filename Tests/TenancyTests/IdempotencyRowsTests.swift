import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct IdempotencyRowsTests {
    private let digest: [UInt8] = [1, 2, 3]
    private let request: [UInt8] = [4]

    private func claim(
        _ test: TestStore, _ tenant: TenantID, request: [UInt8]? = nil, after seconds: Int = 0
    ) async throws -> RequestFinding {
        let now = test.now.adding(seconds: seconds)
        let id = test.store.makeID(now: now, of: RequestClaim.self).raw
        return try await test.store.write(tenant) { rows in
            try rows.claim(digest: self.digest, request: request ?? self.request, id: id, now: now)
        }
    }

    private func claimed(_ finding: RequestFinding) throws -> RequestClaim {
        guard case .claimed(let claim) = finding else { throw StorageError(.other, "not claimed: \(finding)") }
        return claim
    }

    @Test func aRequestIsClaimedOnceAndAnsweredAsBefore() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let first = try claimed(try await claim(test, tenant))
        #expect(try await claim(test, tenant) == .inProgress)
        #expect(try await claim(test, tenant, request: [5]) == .otherRequest)
        try await test.store.write(tenant) { try $0.keep([7, 8], of: first) }
        #expect(try await claim(test, tenant, after: 86_399) == .answered([7, 8]))
        #expect(try await claim(test, tenant, request: [5]) == .otherRequest)
        // The first answer counts.
        try await test.store.write(tenant) { try $0.keep([9], of: first) }
        #expect(try await claim(test, tenant) == .answered([7, 8]))
        // Another tenant's request of the same digest is another one.
        _ = try claimed(try await claim(test, try await test.tenant("B").id))
    }

    @Test func aClaimEndsByItselfOrIsGivenBack() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let first = try claimed(try await claim(test, tenant))
        #expect(try await claim(test, tenant, after: TenantRows.claimSeconds - 1) == .inProgress)
        #expect(try await claim(test, tenant, after: TenantRows.claimSeconds) == .claimed(first))
        #expect(try await claim(test, tenant, after: TenantRows.claimSeconds) == .inProgress)
        try await test.store.write(tenant) { try $0.release(first) }
        #expect(try await claim(test, tenant, after: TenantRows.claimSeconds) == .claimed(first))
    }

    @Test func whatAClaimMadeIsMadeOnce() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let claim = try claimed(try await claim(test, tenant))
        let ids = (0..<3).map { _ in test.store.makeID(now: test.now, of: Reply.self).raw }
        func make(_ id: Identifier?) async throws -> MadeOnce? {
            try await test.store.write(tenant) { try $0.once(claim) { id } }
        }
        // Nothing was made: the next attempt tries again.
        #expect(try await make(nil) == nil)
        #expect(try await make(ids[0]) == MadeOnce(id: ids[0], isNew: true))
        #expect(try await make(ids[1]) == MadeOnce(id: ids[0], isNew: false))
        // Without a claim each time.
        for id in ids {
            #expect(try await test.store.write(tenant) { try $0.once(nil) { id } } == MadeOnce(id: id, isNew: true))
        }
    }

    @Test func anEffectThatFailsIsNotWrittenDown() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let claim = try claimed(try await claim(test, tenant))
        let id = test.store.makeID(now: test.now, of: Reply.self).raw
        await #expect(throws: TenantError.self) {
            try await test.store.write(tenant) { rows in
                _ = try rows.once(claim) { id }
                throw TenantError.notFound
            }
        }
        #expect(try await test.store.write(tenant) { try $0.once(claim) { id } }?.isNew == true)
    }

    @Test func aTenantAndAKeyAreMadeOnce() async throws {
        let test = try await TestStore()
        let claim = try claimed(try await claim(test, .system))
        let names = ["Nord", "Sued"]
        let tenants = try await withThrowingTaskGroup(of: Tenant.self) { group in
            for name in names {
                group.addTask {
                    try await test.store.createTenant(name: name, flow: TestStore.flow, now: test.now, claim: claim)
                }
            }
            return try await group.reduce(into: [Tenant]()) { $0.append($1) }
        }
        #expect(Set(tenants.map(\.id)).count == 1)
        #expect(try await test.store.tenants(limit: 10) == [tenants[0]])

        let later = test.now.adding(seconds: 90_000)
        let second = try claimed(try await self.claim(test, .system, after: 90_000))
        let keys = APIKeys(test.store)
        let made = try await keys.create(
            name: "n", scope: .read, expiresAt: nil, by: .service, now: later, claim: second)
        let again = try await keys.create(
            name: "n", scope: .read, expiresAt: nil, by: .service, now: later, claim: second)
        #expect(made.text != nil && again.text == nil)
        #expect(made.key == again.key)
        #expect(try await keys.list().count == 1)
    }

    @Test func keysAreForgottenAfterADay() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant().id
        let first = try claimed(try await claim(test, tenant))
        try await test.store.write(tenant) { try $0.keep([7], of: first) }
        // Not aged yet, but too old: as if it were not there.
        #expect(try claimed(try await claim(test, tenant, after: 86_401)) != first)
        func age(_ seconds: Int) async throws -> Int {
            let moment = test.now.adding(seconds: seconds)
            let limits = RetentionLimits(
                payloads: nil, events: nil, messages: nil, requests: moment.adding(seconds: -86_400), parked: moment)
            return try await test.store.write(tenant) { rows in
                try rows.age(from: RetentionPosition(), limits: limits, page: 10, now: moment).counts[.requests] ?? 0
            }
        }
        #expect(try await age(100_000) == 0)
        #expect(try await age(180_000) == 1)
        _ = try claimed(try await claim(test, tenant, after: 180_000))
    }

    @Test func idsOfListsRiseWhateverTheClocksSay() async throws {
        let test = try await TestStore()
        // Another process, whose clock is an hour ahead.
        let ahead = try await test.store.createTenant(
            name: "a", flow: TestStore.flow, now: test.now.adding(seconds: 3600))
        let other = TenancyStore(engine: test.engine, keyRing: test.store.keyRing)
        let late = try await other.createTenant(name: "b", flow: TestStore.flow, now: test.now)
        #expect(ahead.id < late.id)
        let keys = [APIKeys(test.store), APIKeys(other)]
        let first = try await keys[0].create(name: "a", scope: .read, now: test.now.adding(seconds: 3600)).key
        #expect(try await keys[1].create(name: "b", scope: .read, now: test.now).key.id > first.id)
    }
}
