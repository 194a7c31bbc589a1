import MetaSandbox
import Storage
import Tenancy

@testable import Gateway

/// How the variants are broken: from outside, through the database, the transport or a limit, so that the product
/// carries no switch for it.
extension History {
    func prepareSabotage() async throws {
        switch sabotage {
        case .fallsSilent:
            try await trigger(
                """
                AFTER UPDATE OF state ON replies
                WHEN NEW.state = 'queued' AND OLD.state = 'composing' AND NEW.rowid % 4 = 0
                BEGIN
                    UPDATE replies SET state = 'cancelled', reason = NULL, due_at = NULL
                        WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
                END
                """)
        case .countsCopies:
            try await trigger(
                """
                AFTER INSERT ON messages WHEN NEW.item_digest IS NOT NULL BEGIN
                    UPDATE messages SET item_digest = NULL WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
                END
                """)
        case .answersItself:
            // The table by which two connected accounts in one thread are noticed stays empty.
            try await trigger(
                "AFTER INSERT ON account_threads BEGIN DELETE FROM account_threads WHERE digest = NEW.digest; END")
        case .resendsBlindly:
            world.sandbox.switchOn(FaultRule(.lostAnswer, operation: "send", share: 0.5))
            // Or an echo settles it first.
            world.sandbox.switchOn(FaultRule(.echoMissing, share: 0.7))
        case .mixesTenants:
            let tenants = world.practices.withLock { $0.map(\.tenant) }
            _ = try await world.sql(
                "UPDATE routes SET tenant_id = ?1 WHERE tenant_id = ?2", [.id(tenants[0].raw), .id(tenants[1].raw)])
            try await world.crash()
        case .copiesMessages:
            try await trigger(
                """
                AFTER INSERT ON messages WHEN NEW.direction = 'inbound' BEGIN
                    INSERT OR IGNORE INTO messages (
                        tenant_id, id, conversation_id, direction, author, flow, kind, mid, mid_digest, sent_at,
                        received_at)
                    SELECT c.tenant_id, NEW.id, c.id, NEW.direction, NEW.author, NEW.flow, NEW.kind, NEW.mid,
                        NEW.mid_digest, 0, 0
                    FROM conversations c WHERE c.tenant_id <> NEW.tenant_id LIMIT 1;
                END
                """)
        case .overtakes:
            // Every reply waits in a state that lets later ones pass, and then goes on.
            try await trigger(
                """
                AFTER UPDATE OF state ON replies
                WHEN NEW.state = 'queued' AND OLD.state = 'composing' AND NOT EXISTS (
                    SELECT 1 FROM replies h WHERE h.conversation_id = NEW.conversation_id AND h.state = 'held')
                BEGIN
                    UPDATE replies SET state = 'held', reason = 'requested', due_at = NULL
                        WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
                END
                """)
        case .shufflesEvents:
            try await trigger(
                """
                AFTER INSERT ON events WHEN NEW.rowid % 3 = 0 BEGIN
                    UPDATE events SET due_at = NEW.due_at + 1000 WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
                END
                """)
        default:
            break
        }
    }

    /// - Parameter text: the trigger without its name.
    private func trigger(_ text: String) async throws { _ = try await world.sql("CREATE TRIGGER sabotage \(text)") }

    /// What a broken variant does wherever the real one just works.
    func disturb() async throws {
        switch sabotage {
        case .forgetsDeliveries:
            // The receiver is away, and yet somebody says 200.
            world.forgetDeliveries(world.clock.now.milliseconds % 3 == 0)
        case .resendsBlindly:
            try await world.change([
                "UPDATE reply_parts SET state = 'queued' WHERE state = 'unknown'",
                "UPDATE replies SET state = 'queued', due_at = 0 WHERE state = 'unknown'",
            ])
        case .guessesTheSender:
            // Whoever wrote last is taken for the sender of what is parked.
            _ = try await world.sql(
                """
                INSERT OR IGNORE INTO threads (tenant_id, id, digest, conversation_id, address_id)
                SELECT e.tenant_id, e.id, e.thread_digest, c.id, a.id FROM events e
                JOIN conversations c ON c.tenant_id = e.tenant_id AND c.account_id = e.account_id
                JOIN addresses a ON a.tenant_id = c.tenant_id AND a.patient_id = c.patient_id
                WHERE e.thread_digest IS NOT NULL AND e.state IN ('parked', 'received')
                ORDER BY c.last_message_at DESC
                """)
            _ = try await world.sql(
                "UPDATE events SET due_at = 0 WHERE state = 'parked' AND reason = 'sender_unresolved'")
        case .overtakes:
            // A held one goes on once a later one is out.
            _ = try await world.sql(
                """
                UPDATE replies SET state = 'queued', due_at = 0
                WHERE state = 'held' AND reason = 'requested' AND EXISTS (
                    SELECT 1 FROM replies l WHERE l.conversation_id = replies.conversation_id
                        AND l.id > replies.id AND l.state = 'sent')
                """)
        default:
            break
        }
    }

    /// Now and then a tenant's write fails. The real database's errors hold no values; a broken one's do.
    mutating func gossip() async throws {
        guard Int.random(in: 0..<20, using: &random) == 0, let last = written.last else { return }
        let word =
            switch sabotage {
            case .tellsTexts: History.canary
            case .tellsTokens: world.tokens.withLock { $0.last } ?? ""
            case .tellsPatients: last.message.senders.values.first ?? ""
            default: "a value"
            }
        world.stumbling.expect(StorageError(.unavailable, "cannot write \(word)"))
        try await settle()
        world.stumbling.expect(nil)
    }
}
