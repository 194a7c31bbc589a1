internal import Integrations
internal import Tenancy

/// How a sender was established (docs/architecture.md, "Finding the sender").
enum SenderStrategy: String, Sendable, CaseIterable {
    case payload
    case messageStore = "message_store"
    case messageLookup = "message_lookup"
    case conversationLookup = "conversation_lookup"
    case conversationList = "conversation_list"
    case thread

    /// Whether the Graph API told it, through the connection's own flow.
    var asksMeta: Bool {
        switch self {
        case .messageLookup, .conversationLookup, .conversationList: true
        case .payload, .messageStore, .thread: false
        }
    }
}

/// Who wrote one very message, and what that rests on.
struct SenderEvidence: Sendable {
    var strategy: SenderStrategy
    /// Id of the writer: a patient's, or the account's own.
    var from: String
    var username: String?
    /// Ids of the recipients, where the evidence tells.
    var to: [String] = []
    var text: String?
    var contentKinds: [String] = []

    init(_ strategy: SenderStrategy, from: String) {
        self.strategy = strategy
        self.from = from
    }

    /// - Parameter record: the very message, as the Graph API shows it.
    /// - Returns: `nil` where it does not say who wrote it.
    init?(_ strategy: SenderStrategy, record: MessageRecord) {
        guard let from = record.from, SenderID.isPlausible(from) else { return nil }
        self.strategy = strategy
        self.from = from
        username = record.fromUsername
        to = record.to
        text = record.text
        contentKinds = record.attachmentKinds
    }
}
