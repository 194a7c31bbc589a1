import Storage
import TestSupport
import Testing

@testable import Tenancy

/// One patient of one tenant with one message and its reply, all of them stored.
struct Correspondent: Sendable {
    static let text = "Ich habe seit gestern Zahnschmerzen"
    static let answer = "Danke, wir melden uns morgen"
    static let igsid = "17990001234567890"
    static let mid = "aWdfZAG1faXRlbToxOkNhbmFyeU1pZA"
    static let thread = ["17841400000000001", "340282366841710300949128"]
    static let account = "17841400000000001"

    var tenant: TenantID
    var event: NewEvent
    var conversation: Conversation
    var address: Address
    var message: NewMessage
    var reply: Reply
    /// Of a request that was not answered.
    var claim: RequestClaim

    /// - Parameter test: the same ids of Meta's are used in every tenant: two practices may see the same person.
    init(in test: TestStore, tenant: TenantID) async throws {
        let store = test.store
        let now = test.now
        let event = try await test.event(of: tenant, bytes: Array(#"{"message":{"text":"\#(Self.text)"}}"#.utf8))
        try await store.writeGlobal(.ingest) { try $0.append([event]) }
        let (correspondence, message, reply, finding) = try await store.write(tenant) { rows in
            let claim = PatientClaim(
                accountID: Self.account, flow: TestStore.flow, channel: .instagram, igsid: Self.igsid,
                thread: Self.thread, username: "anna_patientin")
            let found = try rows.correspond(claim, now: now) { store.makeID(now: now, of: Patient.self).raw }
            let message = NewMessage(
                id: store.makeID(now: now), conversationID: found.conversation.id, direction: .inbound,
                author: .patient, flow: TestStore.flow, kind: "text", mid: Self.mid, item: [Self.account, "1"],
                text: Self.text, sentAt: now, receivedAt: now, eventID: event.id)
            try rows.insert(message)
            let reply = test.reply(to: message)
            try rows.insert(reply)
            try rows.describe(
                event.id, EventDigest(kind: "message", mid: Self.mid, thread: Self.thread, structure: "{}"))
            try rows.settle(event.id, EventVerdict(.parked, .senderUnresolved, igsid: Self.igsid), now: now)
            try rows.tell(.connectionDegraded, of: "connection", Notice.Facts(), now: now)
            let finding = try rows.claim(
                digest: [1], request: [2], id: store.makeID(now: now, of: Event.self).raw, now: now)
            // The receipt of somebody else's.
            var erasure = Erasure(id: store.makeID(now: now), tenantID: tenant, kind: .patient, requestedAt: now)
            erasure.state = .done
            var work = ErasureWork(erasure, step: "scrub", now: now)
            work.dueAt = nil
            try rows.erasures.insert(work)
            return (found, message, reply, finding)
        }
        guard case .claimed(let claim) = finding else { throw StorageError(.other, "the request was claimed before") }
        self.claim = claim
        self.tenant = tenant
        self.event = event
        conversation = correspondence.conversation
        address = try #require(correspondence.address)
        self.message = message
        self.reply = reply
    }
}

extension TestStore {
    /// A sealed event.
    func event(
        of tenant: TenantID, account: String = Correspondent.account, at moment: Timestamp? = nil, bytes: [UInt8]
    ) async throws -> NewEvent {
        try NewEvent(
            id: store.makeID(now: now), tenantID: tenant, keys: try await store.keys(of: tenant),
            receivedAt: moment ?? now, app: "instagram", object: "instagram", accountID: account,
            container: "messaging", siblings: 1, bytes: bytes)
    }

    /// An automated reply of one part.
    func reply(to message: NewMessage, author: Reply.Author = .machine, state: Reply.State = .queued) -> Reply {
        let id: ReplyID = store.makeID(now: now)
        return Reply(
            id: id, conversationID: message.conversationID, inReplyTo: message.id, eventID: message.eventID,
            author: author, rule: author == .machine ? "receipt" : nil, text: Correspondent.answer, state: state,
            windowEndsAt: now.adding(seconds: 86_400), dueAt: now, createdAt: now,
            parts: [
                ReplyPart(
                    id: store.makeID(now: now), replyID: id, position: 0, text: Correspondent.answer, state: .queued)
            ])
    }

    /// Another inbound message of a conversation.
    func message(_ mid: String, in conversation: ConversationID, sentIn seconds: Int = 0) -> NewMessage {
        NewMessage(
            id: store.makeID(now: now), conversationID: conversation, direction: .inbound, author: .patient,
            flow: Self.flow, kind: "text", mid: mid, item: nil, text: "noch etwas",
            sentAt: now.adding(seconds: seconds), receivedAt: now, eventID: nil)
    }

    /// Everything that a tenant's tables hold, for comparison.
    func dump(of tenant: TenantID) async throws -> [String: [String]] {
        try await engine.read(.tenant(tenant.raw)) { try Self.dump(of: tenant, $0) }
    }

    /// The same within a transaction that sees the tenant's rows.
    static func dump(of tenant: TenantID, _ transaction: any Transaction) throws -> [String: [String]] {
        try TenantTables.all.reduce(into: [:]) { dump, table in
            dump[table] = try transaction.query(
                "SELECT * FROM \(table) WHERE tenant_id = ?1 ORDER BY id", [.id(tenant.raw)]
            ).map { String(reflecting: $0) }
        }
    }
}
