import Integrations
import MetaSandbox
import Storage
import Synchronization
import Tenancy
import TestSupport
import Testing

@testable import Gateway

/// Two tenants that have everything, in one world with the whole service, at rest: nothing is due before the clock is
/// moved.
final class TwoTenants: Sendable {
    struct Tenant: Sendable {
        var name: String
        /// Stands in each message of its patients, in its rules and in an error of the database's.
        var canary: String
        var practice: PracticeWorld.Practice
        var key: String
        var linkToken: String
        /// Somebody who has written to it.
        var recipient = ""
        /// By table.
        var ids: [String: [String]] = [:]
        /// Whatever tells of it: ids, names, accounts, people, mids, tokens, the canary.
        var marks: Set<String> = []
    }

    /// An error of whatever library, with a patient's words in it.
    private struct Gossip: Error, CustomStringConvertible {
        let description: String
    }

    /// An account of which the service knows nothing.
    static let stranger = "17849990000000001"
    private static let shared = "writes_to_both"

    let world: PracticeWorld
    let service: WholeService
    let alba: Tenant
    let bora: Tenant
    let adminKey: String
    let readKey: String
    /// Events that route to nobody.
    let unrouted: [String]

    init() async throws {
        let world = try await PracticeWorld()
        var alba = try await Self.tenant("alba", in: world)
        var bora = try await Self.tenant("bora", in: world)
        try await Self.write([alba, bora], in: world)
        let keys = APIKeys(try world.store)
        let now = world.clock.now
        adminKey = try await keys.create(name: "all", scope: .admin, now: now).text
        readKey = try await keys.create(name: "reader", scope: .read, now: now).text
        for tenant in [alba, bora] { try await Self.complete(tenant, in: world) }
        try await Self.inspect(&alba, in: world)
        try await Self.inspect(&bora, in: world)
        // One person's id, if that.
        let common = alba.marks.intersection(bora.marks)
        #expect(common.count <= 1)
        alba.marks.subtract(common)
        bora.marks.subtract(common)
        unrouted = try await Self.ids("events", of: TenantID.system, in: world)
        #expect(!unrouted.isEmpty)
        (self.world, self.alba, self.bora) = (world, alba, bora)
        service = try await WholeService(world)
        // Noting a key's use is the one change that a question brings: not again within the minute.
        for (name, key) in [(alba.name, alba.key), (bora.name, bora.key), ("admin", adminKey), ("reader", readKey)] {
            try await service.call(name, key, "GET", "/v1/tenants")
        }
    }

    func end() async {
        await service.end()
        await world.end()
    }

    private static func tenant(_ name: String, in world: PracticeWorld) async throws -> Tenant {
        let canary = "kanarienvogel-\(name)-4711"
        let practice = try await world.addPractice(
            "dr_\(name)", flow: .instagramLogin,
            rules: ReplyRules(rules: [ReplyRule(name: "receipt", match: .any, text: "We have it, \(canary).")]))
        let store = try world.store
        let now = world.clock.now
        let key = try await APIKeys(store).create(name: "of_\(name)", scope: .tenant(practice.tenant), now: now).text
        let link = try await ConnectLinks(store).create(
            tenant: practice.tenant, flow: Flow(rawValue: "instagram_login"), purpose: .connect, now: now)
        return Tenant(name: "dr_\(name)", canary: canary, practice: practice, key: key, linkToken: link.token)
    }

    /// Patients write; each tenant gets events of every end and replies of most.
    private static func write(_ tenants: [Tenant], in world: PracticeWorld) async throws {
        func write(_ person: String, _ note: String = "hello") throws {
            for tenant in tenants {
                try world.sandbox.write(
                    SandboxContent(text: "\(note) \(tenant.canary)"), from: "\(person)_\(tenant.name)", to: tenant.name)
            }
        }
        try write("answered")
        for tenant in tenants {
            try world.sandbox.write(SandboxContent(text: "both \(tenant.canary)"), from: shared, to: tenant.name)
        }
        try await world.settle()
        // Each has a receipt of somebody who is forgotten.
        try write("forgotten")
        try await world.settle()
        for tenant in tenants {
            let newest = try #require(try await world.conversations(of: tenant.practice).first)
            let erasure = try await world.store.eraseLater(
                newest.patientID, of: tenant.practice.tenant, by: .service, now: world.clock.now)
            #expect(erasure != nil)
        }
        await (try world.process).pipeline.erasureWasRequested()
        world.sandbox.switchOn(FaultRule(.code100, operation: "send"))
        try write("refused")
        try await world.pass(seconds: 7_200)
        world.sandbox.switchOff()
        for fault in [FaultName.senderlessEditOnly, .messageLookup500, .conversationsEmpty] {
            world.sandbox.switchOn(FaultRule(fault))
        }
        try write("unknown")
        try await world.pass(seconds: 9)
        world.sandbox.switchOff()
        for tenant in tenants {
            world.stumbling.expect(Gossip(description: "cannot store '\(tenant.canary)'"))
            try world.sandbox.write(
                SandboxContent(text: "odd \(tenant.canary)"), from: "odd_\(tenant.name)", to: tenant.name)
            try await world.settle()
        }
        world.sandbox.switchOn(FaultRule(.throttle, operation: "send"))
        try write("waiting")
        try await world.settle()
        let item = #"{"message_edit":{"mid":"m","num_edit":0}}"#
        let body = #"{"object":"instagram","entry":[{"id":"\#(stranger)","time":1,"messaging":[\#(item)]}]}"#
        _ = try await world.sandbox.deliverRaw(Array(body.utf8))
        try await world.settle()
    }

    /// It has everything that a route could show or change.
    private static func complete(_ tenant: Tenant, in world: PracticeWorld) async throws {
        let now = world.clock.now
        let id = try world.store.makeID(now: now, of: RequestClaim.self).raw
        try await world.store.write(tenant.practice.tenant) { rows in
            guard case .claimed(let claim) = try rows.claim(digest: [1], request: [2], id: id, now: now) else { return }
            try rows.keep(Array(tenant.canary.utf8), of: claim)
            try rows.tell(
                .connectionTokenExpiring, of: tenant.practice.connection.description, Notice.Facts(), now: now)
        }
        let events = try await world.events(of: tenant.practice)
        #expect(Set(events.map(\.state)) == [.done, .parked, .failed])
        let replies = try await world.replies(tenant.practice)
        #expect(Set(replies.map(\.state)) == [.sent, .failed, .queued])
        #expect(try await world.connection(tenant.practice)?.state == .active)
    }

    private static func ids(_ table: String, of tenant: TenantID, in world: PracticeWorld) async throws -> [String] {
        let column = table == "tenants" ? "id" : "tenant_id"
        return try await world.sql("SELECT id FROM \(table) WHERE \(column) = ?1 ORDER BY id", [.id(tenant.raw)]).map {
            var columns = $0.columns
            return try columns.id().description
        }
    }

    private static func inspect(_ tenant: inout Tenant, in world: PracticeWorld) async throws {
        let practice = tenant.practice
        for table in TenantTables.all.union(["tenants", "api_keys"]) {
            let ids = try await ids(table, of: practice.tenant, in: world)
            #expect(!ids.isEmpty, "\(tenant.name) has no \(table)")
            tenant.ids[table] = ids
            tenant.marks.formUnion(ids)
        }
        let account = practice.account
        tenant.marks.formUnion([tenant.name, tenant.canary, tenant.key, tenant.linkToken])
        tenant.marks.formUnion([account.id, account.appScopedID, account.pageID].compactMap(\.self))
        for event in try await world.events(of: practice) {
            tenant.marks.formUnion([event.mid, event.igsid].compactMap(\.self).filter { !$0.isEmpty })
            if event.reason == .replied, let igsid = event.igsid { tenant.recipient = igsid }
        }
        for reply in try await world.replies(practice) { tenant.marks.formUnion(reply.parts.compactMap(\.mid)) }
        if let token = try await world.connection(practice)?.token { tenant.marks.insert(token) }
        for mark in tenant.marks { #expect(mark.utf8.count >= 6, "\(mark) could stand anywhere") }
    }

    /// Every row of the database, whosever.
    func rows() async throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for table in TenantTables.all.union(TenantTables.global) {
            rows[table] = try await world.sql("SELECT * FROM \(table)").map { String(reflecting: $0) }.sorted()
        }
        return rows
    }
}
