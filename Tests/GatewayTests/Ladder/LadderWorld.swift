import Integrations
import MetaSandbox
import Storage
import Tenancy
import Testing

@testable import Gateway

/// One practice and what the rungs of its ladder are asked about.
struct LadderWorld {
    let world: PracticeWorld
    let practice: PracticeWorld.Practice
    let connection: Connection
    let budget: ConversationBudget

    init() async throws {
        world = try await PracticeWorld()
        practice = try await world.addPractice("dr_lind", flow: .instagramLogin, rules: AnswerTests.anything)
        connection = try #require(try await world.connection(practice))
        budget = ConversationBudget(clock: world.clock)
    }

    func end() async { await world.end() }

    /// - Parameter accounts: ids of accounts that others have connected.
    func check(accounts: Set<String> = []) -> SenderCheck {
        SenderCheck(connection, event) { accounts.contains($0) }
    }

    private var event: Event {
        Event(
            id: EventID(Identifier(high: 0, low: 0)), tenantID: practice.tenant, receivedAt: world.clock.now,
            app: "instagram",
            object: "instagram", accountID: practice.account.id, container: "messaging", siblings: 1, dueAt: nil)
    }

    /// An event about a message, by default the edit without a sender.
    func item(
        _ mid: String, sender: String? = nil, flow: SandboxFlow = .instagramLogin
    ) async throws -> ProcessedItem {
        ProcessedItem(
            event: event,
            item: WebhookItem(kind: .edit, senderID: sender, timestamp: world.clock.now.milliseconds, mid: mid),
            flow: Flow(rawValue: flow.rawValue), keys: try await world.store.keys(of: practice.tenant),
            now: world.clock.now)
    }

    /// Writes a message that is delivered, recorded and answered.
    func hear(from person: String) async throws -> WrittenMessage {
        let written = try world.sandbox.write(SandboxContent(text: "hello"), from: person, to: "dr_lind")
        try await world.settle()
        return written
    }

    /// Asks a rung through the practice's connection.
    func ask(
        _ rung: some SenderRung, _ mid: String, on channel: Integrations.Channel = .instagram
    ) async throws -> SenderEvidence? {
        let integration = try #require(world.integrations["instagram_login"])
        return try await rung.evidence(
            forMessage: mid, decoded: InstagramMessageID(mid), channel: channel, integration: integration,
            access: try #require(AccountAccess(connection)))
    }

    /// A mid of the same thread, a moment earlier, of which Meta knows nothing.
    func stranger(to written: WrittenMessage) throws -> String {
        let known = try #require(InstagramMessageID(written.mid))
        return InstagramMessageID(account: known.account, thread: known.thread, item: known.item - (1 << 64)).encoded
    }
}
