import Integrations
import MetaSandbox
import Tenancy

extension PracticeWorld {
    /// Delivers items to a practice's account in a shape that the sandbox does not make by itself.
    /// - Parameters:
    ///   - items: JSON of one or more items, separated by commas.
    ///   - container: `messaging`, `standby`, ...
    func deliver(
        _ items: String, in container: String = "messaging", to practice: Practice, signedBy app: MetaApp = .instagram
    ) async throws {
        let body = """
            {"object":"instagram","entry":[{"id":"\(practice.account.id)","time":\(clock.now.milliseconds),\
            "\(container)":[\(items)]}]}
            """
        _ = try await sandbox.deliverRaw(Array(body.utf8), signedBy: app)
    }

    /// A message that Meta knows and no webhook tells of.
    func writeUnheard(_ text: String, from person: String, to practice: Practice) throws -> WrittenMessage {
        sandbox.configure { $0.appFields = [:] }
        defer { sandbox.configure { $0.appFields = SandboxConfiguration().appFields } }
        return try sandbox.write(SandboxContent(text: text), from: person, to: practice.account.username)
    }

    /// `sender`, `recipient` and `timestamp` of what a person did, for an item in whatever shape.
    func head(_ written: WrittenMessage) -> String {
        """
        "sender":{"id":"\(written.senders[.instagramLogin] ?? "")"},"recipient":{"id":"\(written.account)"},\
        "timestamp":\(written.at)
        """
    }

    /// The practice's events as the API shows them, their senders opened, oldest first.
    func events(of practice: Practice) async throws -> [Event] {
        var filter = EventFilter()
        filter.tenantID = practice.tenant
        return try await store.events(filter, limit: 200).items.reversed()
    }

    /// The practice's conversations, newest first.
    func conversations(of practice: Practice) async throws -> [Conversation] {
        try await store.read(practice.tenant) { try $0.conversations(limit: 100).items.map(\.conversation) }
    }

    /// The message that Meta calls so.
    func message(_ mid: String, of practice: Practice) async throws -> Message? {
        try await store.read(practice.tenant) { try $0.message(mid: mid) }
    }

    /// The value of a series as `/metrics` shows it.
    func metric(_ series: String) -> Double? {
        registry.exposition().split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }
}
