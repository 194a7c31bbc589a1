import Cryptography
import Storage
import TestSupport
import Testing

@testable import Tenancy

@Suite(.everyEngine) struct TenantRecordsTests {
    @Test func aNewTenantHasTheReceiptOfItsLanguageAndAKeyOfItsOwn() async throws {
        let test = try await TestStore()
        let german = try await test.tenant()
        let other = try await test.store.createTenant(
            name: "Cabinet", flow: TestStore.flow, timezone: "Europe/Paris", locale: "fr-FR", now: test.now)
        #expect(try await test.store.tenant(german.id) == german)
        let rule = try #require(german.replyRules.rules.first)
        #expect(rule.match == .any && rule.cooldownSeconds == 43_200 && rule.text.hasPrefix("Hallo"))
        #expect(other.replyRules.rules.first?.text.hasPrefix("Hello") == true)
        #expect(ReplyRulesValidation.errors(in: german.replyRules).isEmpty)
        let place = TenantKeys.Place("messages", "text", german.id.raw)
        let sealed = try await test.store.keys(of: german.id).seal("x", at: place)
        let foreign = try await test.store.keys(of: other.id)
        #expect(throws: CryptographyError.authentication) { try foreign.text(sealed, at: place) }
    }

    @Test func theSystemTenantIsMadeOnceAndNeverListed() async throws {
        let test = try await TestStore()
        let sealed = try await test.store.keys(of: .system).seal(
            "kept", at: .init("events", "payload", TenantID.system.raw))
        try await test.store.bootstrap(now: test.now.adding(seconds: 5))
        let again = TenancyStore(engine: test.engine, keyRing: test.store.keyRing)
        #expect(
            try await again.keys(of: .system).text(sealed, at: .init("events", "payload", TenantID.system.raw))
                == "kept")
        #expect(try await test.store.tenants(limit: 10).isEmpty)
    }

    @Test func tenantsComeInPagesInTheOrderOfTheirCreation() async throws {
        let test = try await TestStore()
        var all: [TenantID] = []
        for number in 0..<5 { all.append(try await test.tenant("T\(number)").id) }
        let first = try await test.store.tenants(limit: 3).map(\.id)
        let second = try await test.store.tenants(after: first.last, limit: 3).map(\.id)
        #expect(first + second == all)
    }

    private static let note = AuditNote(.tenantChange)

    @Test func anUpdateCountsTheRevisionAndRefusesAnOldOne() async throws {
        let test = try await TestStore()
        let tenant = try await test.tenant()
        let later = test.now.adding(seconds: 9)
        let changed = try await test.store.updateTenant(
            tenant.id, expectedRevision: 1, noting: Self.note, by: .service, now: later
        ) { tenant in
            tenant.name = "Praxis Süd"
            tenant.automation = .paused
            tenant.revision = 77
        }
        #expect(changed.revision == 2 && changed.updatedAt == later && changed.createdAt == tenant.createdAt)
        #expect(try await test.store.tenant(tenant.id) == changed)
        await #expect(throws: TenantError.changed(revision: 2)) {
            try await test.store.updateTenant(
                tenant.id, expectedRevision: 1, noting: Self.note, by: .service, now: later
            ) { $0.name = "lost" }
        }
        await #expect(throws: TenantError.notFound) {
            try await test.store.updateTenant(
                test.store.makeID(now: later), noting: Self.note, by: .service, now: later
            ) { $0.name = "nobody" }
        }
    }

    @Test func aSwitchOfFlowIsPendingUntilItIsDone() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let page = Flow(rawValue: "facebook_page")
        let pending = try await test.store.writeGlobal { rows in
            try rows.updateTenant(id, now: test.now) { $0.pendingFlow = page }
        }
        #expect(pending.flow == TestStore.flow && pending.pendingFlow == page)
        let done = try await test.store.writeGlobal { try $0.setFlow(page, of: id, now: test.now) }
        #expect(done.flow == page && done.pendingFlow == nil)
    }

    @Test func rulesAreReplacedAsAWhole() async throws {
        let test = try await TestStore()
        let id = try await test.tenant().id
        let rules = ReplyRules(
            rules: [ReplyRule(name: "a", match: .keywords(["Termin"]), text: "ja")],
            hours: ["mon": [["09:00", "17:00"]]])
        try await test.store.writeGlobal { try $0.setReplyRules(rules, of: id, now: test.now) }
        #expect(try await test.store.readGlobal { try $0.tenant(id)?.replyRules } == rules)
    }

    @Test func rewrappingMovesEveryKeyToTheNewestAndKeepsWhatIsSealed() async throws {
        let test = try await TestStore()
        var sealed: [(TenantID, [UInt8])] = []
        let place = TenantKeys.Place("messages", "text", TenantID.system.raw)
        for number in 0..<120 {
            let id = try await test.tenant("T\(number)").id
            sealed.append((id, try await test.store.keys(of: id).seal("text", at: place)))
        }
        let newKey = SealingKey.generate().key
        let both = try #require(KeyRing([("new", newKey), ("old", TestStore.oldKey)]))
        #expect(try await TenancyStore(engine: test.engine, keyRing: both).rewrapKeys(now: test.now) == 121)
        #expect(try await TenancyStore(engine: test.engine, keyRing: both).rewrapKeys(now: test.now) == 0)
        let onlyNew = TenancyStore(engine: test.engine, keyRing: try #require(KeyRing([("new", newKey)])))
        for (id, bytes) in sealed { #expect(try await onlyNew.keys(of: id).text(bytes, at: place) == "text") }
        let onlyOld = TenancyStore(engine: test.engine, keyRing: try #require(KeyRing([("old", TestStore.oldKey)])))
        await #expect(throws: KeyError.unknownKey("new")) { try await onlyOld.keys(of: sealed[0].0) }
    }
}

extension Identifier {
    var successor: Identifier { Identifier(high: high, low: low &+ 1) }
}
