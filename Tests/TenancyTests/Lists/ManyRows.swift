import Storage
import TestSupport
import Testing

@testable import Tenancy

/// Rows enough that reading all of them is no plan, and that lists do not fit into one window.
struct ManyRows: Sendable {
    /// What is known of an event that was inserted.
    struct Row: Sendable, Hashable {
        var id: EventID
        var tenant: TenantID
        var account: String
        var state: Event.State
        var reason: Event.Reason?
        var kind: String?
        var receivedAt: Timestamp
    }

    /// One tenant with rows in every table of the lists; it has more events than a window.
    var main: TenantID
    /// An account that moved from the first of these tenants to the second.
    var moved: (account: String, from: TenantID, to: TenantID)
    var conversation: ConversationID
    var events: [Row]

    /// - Parameter step: milliseconds between two events.
    static func fill(_ database: TestStore, step: Int64 = 1000) async throws -> ManyRows {
        let tenants = try await (0..<12).asyncMap { try await database.tenant("Praxis \($0)").id }
        var random = SeededRandom(for: "lists")
        var rows: [Row] = []
        // One that has made no id yet: those of events that came long ago are as old.
        let identifiers = IdentifierSource()
        let begin = database.now.milliseconds - 12_000 * step
        for number in 0..<12_000 {
            // Every third is the main tenant's; every hundredth nobody's.
            let tenant =
                number % 100 == 7
                ? TenantID.system : number % 3 == 0 ? tenants[0] : tenants[Int.random(in: 1..<12, using: &random)]
            let at = Timestamp(milliseconds: begin + Int64(number) * step)
            rows.append(row(EventID(identifiers.make(now: at.milliseconds)), number, tenant, at: at, tenants))
        }
        // As they come: on the disk, too, the newest are together, whosever they are.
        for start in stride(from: 0, to: rows.count, by: 400) {
            for (tenant, part) in Dictionary(grouping: rows[start..<start + 400], by: \.tenant) {
                try await database.engine.write(.tenant(tenant.raw)) { transaction in
                    try transaction.executeBatch(insert, part.map(values))
                }
            }
        }
        let moved = (account: account(2), from: tenants[1], to: tenants[2])
        for (tenant, state) in [(moved.from, Connection.State.disconnected), (moved.to, .active)] {
            let connection = database.connection(of: tenant, account: moved.account, state: state)
            try await database.store.write(tenant) { try $0.insertConnection(connection) }
        }
        let conversation = try await converse(tenants[0], database)
        for tenant in tenants { try await note(tenant, database) }
        // Practices that have nothing yet.
        for number in 0..<200 { _ = try await database.tenant("Neue Praxis \(number)") }
        if TestEngine.current == .postgres { try database.server().run("ANALYZE") }
        return ManyRows(main: tenants[0], moved: moved, conversation: conversation, events: rows)
    }

    static func account(_ number: Int) -> String { "178414000000000\(10 + number)" }

    private static func row(
        _ id: EventID, _ number: Int, _ tenant: TenantID, at moment: Timestamp, _ tenants: [TenantID]
    ) -> Row {
        var account = Self.account(tenants.firstIndex(of: tenant) ?? 99)
        // Before it moved, the account's events were the other tenant's.
        if tenant == tenants[1], number < 6000 { account = Self.account(2) }
        var row = Row(
            id: id, tenant: tenant, account: account, state: .done, reason: .replied, kind: "message",
            receivedAt: moment)
        switch number % 50 {
        case 7 where tenant == .system: (row.state, row.reason, row.kind) = (.parked, .unrouted, nil)
        case 1: (row.state, row.reason) = (.parked, .senderUnresolved)
        case 2 where number % 100 == 2: (row.state, row.reason) = (.failed, .error)
        case 3 where number > 11_000: (row.state, row.reason, row.kind) = (.received, nil, nil)
        case 4: (row.reason, row.kind) = (.recorded, "reaction")
        case 5 where number % 1000 == 5: row.reason = .loopGuard
        // Words that the indexes leave out, and few rows all the same.
        case 6 where number % 3000 == 6: (row.reason, row.kind) = (.editNoise, "edit")
        case 8...20: (row.reason, row.kind) = (.echo, "echo")
        default: break
        }
        return row
    }

    private static let insert = """
        INSERT INTO events (
            tenant_id, id, received_at, app, object, account_id, container, siblings, dedup, deliveries, payload, state,
            reason, kind, attempts, due_at, updated_at
        ) VALUES (?1, ?2, ?3, 'instagram', 'instagram', ?4, 'messaging', 1, ?5, 1, ?6, ?7, ?8, ?9, 0, ?10, ?3)
        """

    @Sendable private static func values(_ row: Row) -> [SQLValue] {
        [
            .id(row.tenant.raw), .id(row.id.raw), .time(row.receivedAt), .text(row.account), .blob(row.id.raw.bytes),
            .blob([UInt8](repeating: 7, count: 400)), .text(row.state.rawValue), .text(row.reason?.rawValue),
            .text(row.kind), .integer(row.state == .received ? row.receivedAt.milliseconds : nil),
        ]
    }

    /// Conversations, messages and replies.
    private static func converse(_ tenant: TenantID, _ database: TestStore) async throws -> ConversationID {
        let now = database.now
        let ids = (0..<60).map { _ in
            (
                patient: database.store.makeID(now: now, of: Patient.self).raw,
                conversation: database.store.makeID(now: now, of: Conversation.self)
            )
        }
        try await database.engine.write(.tenant(tenant.raw)) { transaction in
            for (patient, conversation) in ids {
                try transaction.execute(
                    "INSERT INTO patients (tenant_id, id, created_at) VALUES (?1, ?2, ?3)",
                    [.id(tenant.raw), .id(patient), .time(now)])
                try transaction.execute(
                    """
                    INSERT INTO conversations (tenant_id, id, patient_id, account_id, channel, automation, opted_out,
                        created_at) VALUES (?1, ?2, ?3, 'a', 'instagram', 'on', 0, ?4)
                    """, [.id(tenant.raw), .id(conversation.raw), .id(patient), .time(now)])
            }
        }
        for (_, conversation) in ids {
            let messages = (0..<40).map { _ in database.store.makeID(now: now, of: Message.self).raw }
            try await database.engine.write(.tenant(tenant.raw)) { transaction in
                try transaction.executeBatch(
                    """
                    INSERT INTO messages (tenant_id, id, conversation_id, direction, author, flow, kind, mid_digest,
                        sent_at, received_at) VALUES (?1, ?2, ?3, 'inbound', 'patient', 'f', 'message', ?4, ?5, ?5)
                    """,
                    messages.map {
                        [.id(tenant.raw), .id($0), .id(conversation.raw), .blob($0.bytes), .time(now)]
                    })
                try transaction.executeBatch(
                    """
                    INSERT INTO replies (tenant_id, id, conversation_id, in_reply_to, author, state, attempts,
                        window_ends_at, created_at) VALUES (?1, ?2, ?3, ?2, 'machine', ?4, 1, ?5, ?5)
                    """,
                    messages.enumerated().map { index, id in
                        [
                            .id(tenant.raw), .id(id), .id(conversation.raw), .text(index % 20 == 0 ? "held" : "sent"),
                            .time(now),
                        ]
                    })
            }
        }
        return ids[0].conversation
    }

    /// Entries of the audit log, without their chain and few of them of one kind, and receipts.
    private static func note(_ tenant: TenantID, _ database: TestStore) async throws {
        let now = database.now
        let entries = (0..<2000).map { number -> [SQLValue] in
            let id = database.store.makeID(now: now, of: AuditEntry.self).raw
            return [
                .id(tenant.raw), .id(id), .count(1000 + number), .time(now),
                .text(number % 30 == 17 ? "event.replay" : "connect_link.create"), .text("\(number)"), .blob([1]),
            ]
        }
        try await database.engine.write(.tenant(tenant.raw)) { transaction in
            try transaction.executeBatch(
                """
                INSERT INTO audit_log (tenant_id, id, sequence, at, actor, action, target, target_id, detail, previous,
                    hash) VALUES (?1, ?2, ?3, ?4, 'service', ?5, 'event', ?6, '{}', ?7, ?7)
                """, entries)
        }
        let erasures: [ErasureID] = (0..<20).map { _ in database.store.makeID(now: now) }
        try await database.store.write(tenant) { rows in
            for id in erasures {
                var erasure = Erasure(id: id, tenantID: tenant, kind: .patient, requestedAt: now)
                erasure.state = .done
                var work = ErasureWork(erasure, step: "scrub", now: now)
                work.dueAt = nil
                try rows.erasures.insert(work)
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
