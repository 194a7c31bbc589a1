import Integrations
import MetaSandbox
import Storage
import Tenancy

@testable import Gateway
@testable import MetaSandbox

/// In which order events are processed, and that everything lies where it belongs.
extension Invariants {
    /// Messages that came with their sender, once and by one attempt, are recorded in the order of their arrival. What
    /// was repeated, or routed to nobody at first, became processable at a time of its own, and what two apps tell
    /// arrives in two orders.
    func eventsKeepTheirOrder() async throws -> String? {
        let regular = deliveredOnce()
        let others = desks.map(\.practice).filter { $0.isToldTwice || $0.account.username == "dr_novak" }
        let late = Set(others.map(\.tenant.raw))
        var newest: [Identifier: (event: Identifier, message: Identifier)] = [:]
        let rows = try await world.sql(
            """
            SELECT m.tenant_id, m.conversation_id, e.id, m.id, m.mid FROM messages m
            JOIN events e ON e.tenant_id = m.tenant_id AND e.id = m.event_id
            WHERE m.direction = 'inbound' AND m.author = 'patient' AND m.deleted_at IS NULL
                AND e.kind IN ('message', 'postback') AND e.strategy = 'payload'
            ORDER BY e.id
            """)
        for row in rows {
            var columns = row.columns
            let (tenant, conversation) = (try columns.id(), try columns.id())
            let (event, message) = (try columns.id(), try columns.id())
            guard let mid = try columns.optionalText(), regular.contains(mid), !late.contains(tenant) else { continue }
            if let before = newest[conversation], message < before.message {
                return """
                    what arrived at \(event.createdAt) was recorded at \(message.createdAt), and what arrived at \
                    \(before.event.createdAt) only at \(before.message.createdAt)
                    """
            }
            newest[conversation] = (event, message)
        }
        return nil
    }

    /// Ids of the messages that one delivery told of, at its first attempt.
    private func deliveredOnce() -> Set<String> {
        var counts: [String: Int] = [:]
        for delivery in world.sandbox.deliveries {
            for slice in WebhookSplitter.split(delivery.body) {
                guard let item = WebhookReader.read(slice), let mid = item.mid else { continue }
                guard item.kind == .message || item.kind == .postback else { continue }
                counts[mid, default: 0] += delivery.statuses == [200] ? 1 : 2
            }
        }
        return Set(counts.filter { $0.value == 1 }.keys)
    }

    /// Whose an account's things are, by any of its ids.
    private var owners: [String: Identifier] {
        let ids = desks.map(\.practice).flatMap { practice in
            [practice.account.id, practice.account.appScopedID, practice.account.pageID ?? ""].map {
                ($0, practice.tenant.raw)
            }
        }
        return Dictionary(ids) { first, _ in first }
    }

    func eventsStayWithTheirOwner() -> String? {
        let owners = owners
        for event in events where event.tenantID != .system && owners[event.accountID] != event.tenantID.raw {
            return "an event of one tenant's account lies with another"
        }
        return nil
    }

    func everythingStaysWithItsOwner() async throws -> String? {
        let owners = owners
        for table in ["conversations", "addresses"] {
            for row in try await world.sql("SELECT tenant_id, account_id FROM \(table)") {
                var columns = row.columns
                let tenant = try columns.id()
                if owners[try columns.text()] != tenant { return "\(table) of one tenant's account lie with another" }
            }
        }
        for row in try await world.sql("SELECT tenant_id, mid FROM messages WHERE mid IS NOT NULL") {
            var columns = row.columns
            let tenant = try columns.id()
            guard let number = books.number(try columns.text()) else { continue }
            if owners[books.thread(number).accountID] != tenant { return "a message lies with another tenant" }
        }
        let strangers = try await world.sql(
            """
            SELECT 1 FROM patients p WHERE NOT EXISTS (
                SELECT 1 FROM addresses a WHERE a.tenant_id = p.tenant_id AND a.patient_id = p.id)
            UNION ALL
            SELECT 1 FROM replies r WHERE r.in_reply_to IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM messages m WHERE m.tenant_id = r.tenant_id AND m.id = r.in_reply_to
                    AND m.conversation_id = r.conversation_id)
            """)
        return strangers.isEmpty ? nil : "\(strangers.count) patients or replies belong to nothing of their tenant"
    }
}
