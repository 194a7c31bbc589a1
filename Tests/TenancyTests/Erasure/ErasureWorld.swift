import Foundation
import Storage
import TestSupport
import Testing

@testable import Tenancy

/// A tenant with two patients, of whom one is to be forgotten, beside another tenant that knows the same person.
struct ErasureWorld: Sendable {
    static let otherIGSID = "17990009999999999"

    let test: TestStore
    let tenant: TenantID
    /// Is to be forgotten.
    let anna: Correspondent
    /// The other tenant's.
    let elsewhere: Correspondent
    /// Events that name her in their payload alone: she opened the chat, and an echo to her.
    let unlinked: [NewEvent]
    /// An event of the tenant's other patient, with the other patient's conversation.
    let others: NewEvent
    let otherConversation: ConversationID

    init(on kind: TestEngine = .current) async throws {
        let test = try await TestStore(on: kind)
        let tenant = try await test.tenant().id
        let anna = try await Correspondent(in: test, tenant: tenant)
        let store = test.store
        let now = test.now
        var unlinked: [NewEvent] = []
        for body in [
            #"{"sender":{"id":"\#(Correspondent.igsid)"},"optin":{"ref":"x"}}"#,
            #"{"recipient":{"id":"\#(Correspondent.igsid)"},"message":{"is_echo":true}}"#,
            #"{"from":{"username":"anna_patientin"},"text":"ein Kommentar"}"#,
        ] {
            unlinked.append(try await test.event(of: tenant, bytes: Array(body.utf8)))
        }
        let others = try await test.event(
            of: tenant, bytes: Array(#"{"sender":{"id":"\#(Self.otherIGSID)"},"message":{"text":"bleibt"}}"#.utf8))
        let all = unlinked + [others]
        try await store.writeGlobal(.ingest) { try $0.append(all) }
        otherConversation = try await store.write(tenant) { rows in
            for event in all { try rows.settle(event.id, EventVerdict(.done, .recorded), now: now) }
            let claim = PatientClaim(
                accountID: Correspondent.account, flow: TestStore.flow, channel: .instagram, igsid: Self.otherIGSID,
                thread: [Correspondent.account, "77"], username: "bert")
            let found = try rows.correspond(claim, now: now) { store.makeID(now: now, of: Patient.self).raw }
            try rows.insert(test.message("mid-of-bert", in: found.conversation.id))
            _ = try rows.joinThread(Array(Correspondent.mid.utf8), account: Correspondent.account, now: now)
            _ = try rows.joinThread(Array("mid-of-bert".utf8), account: Correspondent.account, now: now)
            try rows.keep(Array(#"{"conversation_id":"\#(anna.conversation.id)"}"#.utf8), of: anna.claim)
            return found.conversation.id
        }
        (self.test, self.tenant, self.anna, self.unlinked, self.others) = (test, tenant, anna, unlinked, others)
        elsewhere = try await Correspondent(in: test, tenant: try await test.tenant("Praxis Süd").id)
    }

    var hold: TenantHold { TenantHold(tenant, epoch: nil) }

    static func rules(page: Int) -> PatientErasureRules {
        PatientErasureRules(page: page, backupDays: 35) { mid in (Array(mid.utf8), Correspondent.account) }
    }

    /// A process that begins with whatever the database holds.
    func freshStore() throws -> TenancyStore {
        TenancyStore(
            engine: WatchedEngine(test.engine), keyRing: try #require(KeyRing([("old", TestStore.oldKey)])))
    }

    func request() async throws -> Erasure {
        try #require(
            try await test.store.eraseLater(
                anna.conversation.patientID, of: tenant, by: .service, now: test.now))
    }

    /// Goes on with an erasure until it is done; each batch is another process's.
    /// - Parameter between: is called after each batch with its number.
    func finish(
        _ id: ErasureID, page: Int = 2, between: (Int) async throws -> Void = { _ in }
    ) async throws -> Erasure {
        var now = test.now
        for number in 0..<2000 {
            switch try await freshStore().erase(patientOf: id, hold, rules: Self.rules(page: page), now: now) {
            case .done(let erasure): return erasure
            case .waits(let until): now = until
            case .goesOn: break
            case .isGone: throw StorageError(.other, "the erasure is gone")
            }
            try await between(number)
        }
        throw StorageError(.other, "the erasure does not end")
    }

    /// Every row of the database as text, whosever, with the table before it.
    func everything() async throws -> [String] {
        if TestEngine.current == .postgres {
            let tables = TenantTables.all.union(TenantTables.global).subtracting(["schema_migrations"])
            return try test.server().run(
                tables.map { "SELECT '\($0) ' || t::text FROM \($0) t" }.joined(separator: " UNION ALL "))
        }
        return try await test.engine.read(.global) { transaction in
            try TenantTables.all.union(TenantTables.global).flatMap { table in
                try transaction.query("SELECT * FROM \(table)", []).map { "\(table) \(String(reflecting: $0))" }
            }
        }
    }

    /// How an id is written in ``everything()``.
    static func form(_ id: Identifier) -> String {
        TestEngine.current == .postgres ? id.description : id.bytes.map(String.init).joined(separator: ", ")
    }

    /// What must not be found in any column once she is forgotten.
    var annas: [String] {
        [
            Self.form(anna.conversation.patientID.raw), Self.form(anna.conversation.id.raw),
            Self.form(anna.address.id.raw), Self.form(anna.message.id.raw), Self.form(anna.reply.id.raw),
        ]
    }
}
