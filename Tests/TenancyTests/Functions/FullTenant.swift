import Storage
import Testing

@testable import Tenancy

/// A tenant with rows in every table, and in every state that a function of the repositories looks for.
struct FullTenant: Sendable {
    let test: TestStore
    let who: Correspondent
    let connection: Connection
    /// Waits for the message that it edits.
    let waiting: NewEvent
    /// An echo that is looked at again later.
    let echo: NewEvent
    /// Nothing refers to it.
    let unrouted: NewEvent
    /// A message without its text.
    let empty: NewMessage
    let composing: Reply
    let sending: Reply
    let sent: Reply
    let held: Reply
    let unreachable: Reply
    /// What its owner has not been told yet.
    let notice: Notice

    static let waitingFor = "mid-to-come"
    static let sentMid = "mid-of-the-sent-part"

    var tenant: TenantID { who.tenant }
    var patient: PatientID { who.conversation.patientID }
    /// A moment at which all that is there is some seconds old.
    var now: Timestamp { test.now.adding(seconds: 10) }
    /// One at which everything is due.
    var later: Timestamp { test.now.adding(seconds: 100_000) }
    /// How the patient is found again.
    var claim: PatientClaim {
        PatientClaim(
            accountID: Correspondent.account, flow: TestStore.flow, channel: .instagram, igsid: Correspondent.igsid,
            thread: Correspondent.thread, username: "anna_patientin")
    }

    init(in test: TestStore, tenant: TenantID) async throws {
        let who = try await Correspondent(in: test, tenant: tenant)
        let connection = test.connection(of: tenant)
        let waiting = try await test.event(of: tenant, bytes: [1])
        let echo = try await test.event(of: tenant, bytes: [2])
        let unrouted = try await test.event(of: tenant, bytes: [3])
        try await test.store.writeGlobal(.ingest) { try $0.append([waiting, echo, unrouted]) }
        let messages = (0..<6).map { test.message("full-\($0)", in: who.conversation.id, sentIn: $0 + 1) }
        var empty = messages[0]
        empty.text = nil
        var composing = test.reply(to: messages[1], state: .composing)
        composing.parts = []
        let sending = test.reply(to: messages[2], state: .sending)
        let sent = test.reply(to: messages[3], state: .sent)
        var held = test.reply(to: messages[4], state: .held)
        held.reason = .waitingForReconnect
        var unreachable = test.reply(to: messages[5], state: .held)
        unreachable.reason = .wrongRecipient
        let (stored, replies) = ([empty] + messages.dropFirst(), [composing, sending, sent, held, unreachable])
        let (parts, now) = (sending.parts + sent.parts, test.now)
        let settled = try #require(sent.parts.first)
        try await test.store.write(tenant) { rows in
            try rows.insertConnection(connection)
            for message in stored { try rows.insert(message) }
            for reply in replies { try rows.insert(reply) }
            // Sent for the second time.
            for (state, next) in [(Reply.State.sending, Reply.State.queued), (.queued, .sending), (.sending, .queued)] {
                try rows.move(sending.id, from: [state], to: next, reason: nil, dueAt: nil, now: now)
            }
            try rows.move(sending.id, from: [.queued], to: .sending, reason: nil, dueAt: nil, now: now)
            for part in parts { try rows.beginSending(part.id, now: now) }
            try rows.settleSent(settled.id, mid: Self.sentMid, now: now)
            let edit = EventDigest(kind: "edit", mid: Self.waitingFor, thread: nil, structure: "{}")
            try rows.describe(waiting.id, edit)
            try rows.settle(
                waiting.id, EventVerdict(.received, .awaitingMessage, dueAt: now.adding(seconds: 1000)), now: now)
            try rows.describe(echo.id, EventDigest(kind: "echo", mid: nil, thread: nil, structure: "{}"))
            try rows.settle(echo.id, EventVerdict(.received, nil, dueAt: now.adding(seconds: 1000)), now: now)
            try rows.settle(unrouted.id, EventVerdict(.parked, .unrouted), now: now)
        }
        self.test = test
        self.who = who
        self.connection = connection
        self.waiting = waiting
        self.echo = echo
        self.unrouted = unrouted
        self.empty = empty
        self.composing = composing
        self.sending = sending
        self.sent = sent
        self.held = held
        self.unreachable = unreachable
        notice = try #require(try await test.store.read(tenant) { try $0.notices(limit: 1).first })
    }
}
