internal import Cryptography
internal import Integrations
internal import Tenancy

/// An event with everything that processing needs to judge it.
struct ProcessedItem: Sendable {
    var event: Event
    var item: WebhookItem
    /// The flow through which it came: that of the app whose secret signed it.
    var flow: Flow
    var channel: Tenancy.Channel
    /// What the mid says, where it can be taken apart.
    var decoded: InstagramMessageID?
    /// The message's own time at Meta.
    var sentAt: Timestamp
    /// Meta's id, or one of our own for the few items that come without.
    var mid: String

    /// - Parameter keys: of the event's tenant.
    init(event: Event, item: WebhookItem, flow: Flow, keys: TenantKeys, now: Timestamp) {
        mid = item.mid ?? Self.madeUpMid(of: item, in: event, keys: keys)
        self.event = event
        self.item = item
        self.flow = flow
        channel = event.object == "page" ? .messenger : .instagram
        decoded = item.mid.flatMap { InstagramMessageID($0) }
        let told = decoded?.createdAt ?? item.timestamp ?? event.receivedAt.milliseconds
        // A time in the future would keep the window open for ever.
        sentAt = min(Timestamp(milliseconds: told), now)
    }

    /// Key of the thread: account and thread number.
    var thread: [String]? { decoded.map { [$0.account, String($0.thread)] } }

    /// Key of the item: account and item number. Equal for one message seen through two flows.
    var itemKey: [String]? { decoded.map { [$0.account, String($0.item)] } }

    /// Equal for one item that several apps deliver, so that it counts once. A digest: mids are kept in clear.
    private static func madeUpMid(of item: WebhookItem, in event: Event, keys: TenantKeys) -> String {
        guard let sender = item.senderID, let timestamp = item.timestamp else { return "event:\(event.id)" }
        let kind = item.standbyKind ?? item.kind
        let digest = keys.digest("made-up mid", event.accountID, sender, "\(timestamp)", kind.rawValue)
        return "made-up:\(Hex.encode(digest))"
    }

    /// What the message consists of, in one word.
    var contentKind: String { item.contentKinds.first ?? (item.text == nil ? "unknown" : "text") }

    /// What is kept beside the payload.
    var digest: EventDigest {
        EventDigest(
            kind: item.kind.rawValue, mid: item.mid, thread: thread, structure: item.structure.json)
    }
}

extension EventDigest {
    /// Of a payload that holds no item that we know.
    static let unreadable = EventDigest(
        kind: WebhookItem.Kind.other.rawValue, mid: nil, thread: nil, structure: PayloadStructure().json)
}

extension PayloadStructure {
    /// The six fields as JSON; none of them holds content.
    var json: String {
        let field = firstChangeField.map { "\"\($0)\"" } ?? "null"
        return """
            {"hasSender":\(hasSender),"hasRecipient":\(hasRecipient),"hasMessage":\(hasMessage),\
            "hasMessageEdit":\(hasMessageEdit),"firstChangeField":\(field),"changesLength":\(changesLength)}
            """
    }
}
