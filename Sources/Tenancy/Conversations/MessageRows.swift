internal import Storage

/// A message to be recorded, with what makes it recognisable later.
public struct NewMessage: Sendable {
    /// Its own id, made by the caller.
    public var id: MessageID
    /// Where it was written.
    public var conversationID: ConversationID
    /// Which way it went.
    public var direction: Message.Direction
    /// Patient, person or machine.
    public var author: Message.Author
    /// The flow through which it was seen or sent.
    public var flow: Flow
    /// What it consists of: `text`, `image`, `story_mention`, ...
    public var kind: String
    /// Meta's id; a made-up one where Meta gave none.
    public var mid: String
    /// Account and item number of the mid: the same message seen through both flows shares it.
    public var item: [String]?
    /// In clear; it is sealed when stored. `nil` where there is none.
    public var text: String?
    /// Its own time at Meta, in so far as it is known.
    public var sentAt: Timestamp
    /// When it reached us, or when its sending was confirmed.
    public var receivedAt: Timestamp
    /// The webhook event that told of it; `nil` for our own sends.
    public var eventID: EventID?
    /// The patient took it back before it was processed.
    public var deletedAt: Timestamp?

    /// Memberwise.
    public init(
        id: MessageID, conversationID: ConversationID, direction: Message.Direction, author: Message.Author,
        flow: Flow, kind: String, mid: String, item: [String]?, text: String?, sentAt: Timestamp,
        receivedAt: Timestamp, eventID: EventID?, deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.conversationID = conversationID
        self.direction = direction
        self.author = author
        self.flow = flow
        self.kind = kind
        self.mid = mid
        self.item = item
        self.text = text
        self.sentAt = sentAt
        self.receivedAt = receivedAt
        self.eventID = eventID
        self.deletedAt = deletedAt
    }
}

extension TenantRows {
    static let messageColumns = """
        id, conversation_id, direction, author, flow, kind, mid, text, sent_at, received_at, edited_at, deleted_at,
        event_id
        """

    func message(_ row: SQLRow) throws -> Message {
        var columns = row.columns
        let id = MessageID(try columns.id())
        let conversation = ConversationID(try columns.id())
        guard let direction = Message.Direction(rawValue: try columns.text()),
            let author = Message.Author(rawValue: try columns.text())
        else { throw StorageError(.schema, "message direction or author") }
        let flow = Flow(rawValue: try columns.text())
        let kind = try columns.text()
        let mid = try columns.optionalText()
        let text = try columns.optionalBlob().map { try keys.text($0, at: .init("messages", "text", id.raw)) }
        return Message(
            id: id, conversationID: conversation, direction: direction, author: author, flow: flow, kind: kind,
            mid: mid, text: text, sentAt: Timestamp(milliseconds: try columns.integer()),
            receivedAt: Timestamp(milliseconds: try columns.integer()),
            editedAt: try columns.optionalInteger().map(Timestamp.init(milliseconds:)),
            deletedAt: try columns.optionalInteger().map(Timestamp.init(milliseconds:)),
            eventID: try columns.optionalID().map(EventID.init))
    }

    /// One message by its own id.
    public func message(_ id: MessageID) throws -> Message? {
        try transaction.first(
            "SELECT \(Self.messageColumns) FROM messages WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw)]
        ).map(message)
    }

    /// The message that Meta calls so.
    public func message(mid: String) throws -> Message? {
        try transaction.first(
            "SELECT \(Self.messageColumns) FROM messages WHERE tenant_id = ?1 AND mid_digest = ?2",
            [tenantValue, .blob(midDigest(mid))]
        ).map(message)
    }

    /// The same message as another flow shows it: same account and item, other thread, other flow.
    public func message(item: [String], notThrough flow: Flow) throws -> Message? {
        try transaction.query(
            "SELECT \(Self.messageColumns) FROM messages WHERE tenant_id = ?1 AND item_digest = ?2 AND flow <> ?3",
            [tenantValue, .blob(itemDigest(item)), .text(flow.rawValue)]
        ).first.map(message)
    }

    func itemDigest(_ item: [String]) -> [UInt8] {
        keys.digest("item", item.map { Array($0.utf8) })
    }

    /// Records a message.
    /// - Returns: `false` when a message of this mid is known already; nothing is changed then.
    @discardableResult
    public func insert(_ message: NewMessage) throws -> Bool {
        let inserted = try transaction.execute(
            """
            INSERT INTO messages (
                tenant_id, id, conversation_id, direction, author, flow, kind, mid, mid_digest, item_digest, text,
                sent_at, received_at, event_id, deleted_at
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            ON CONFLICT (tenant_id, mid_digest) DO NOTHING
            """,
            [
                tenantValue, .id(message.id.raw), .id(message.conversationID.raw), .text(message.direction.rawValue),
                .text(message.author.rawValue), .text(message.flow.rawValue), .text(message.kind),
                .text(Self.storable(message.mid)), .blob(midDigest(message.mid)),
                .blob(message.item.map(itemDigest)), .blob(try sealed(message.text, of: message.id)),
                .integer(message.sentAt.milliseconds), .integer(message.receivedAt.milliseconds),
                .id(message.eventID?.raw), .integer(message.deletedAt?.milliseconds),
            ])
        if inserted == 1 {
            try touch(message.conversationID, inbound: message.direction == .inbound, at: message.sentAt)
        }
        return inserted == 1
    }

    private func sealed(_ text: String?, of id: MessageID) throws -> [UInt8]? {
        try text.map { try keys.seal($0, at: .init("messages", "text", id.raw)) }
    }

    /// Sets a text that was missing until now.
    public func fill(_ id: MessageID, text: String) throws {
        try transaction.execute(
            "UPDATE messages SET text = ?3 WHERE tenant_id = ?1 AND id = ?2 AND text IS NULL AND deleted_at IS NULL",
            [tenantValue, .id(id.raw), .blob(try sealed(text, of: id))])
    }

    /// The patient changed the text.
    public func edit(_ id: MessageID, text: String, at moment: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE messages SET text = ?3, edited_at = ?4
            WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL AND COALESCE(edited_at, 0) <= ?4
            """,
            [tenantValue, .id(id.raw), .blob(try sealed(text, of: id)), .integer(moment.milliseconds)])
    }

    /// The patient took it back: the text goes, the fact stays.
    public func unsend(_ id: MessageID, at moment: Timestamp) throws {
        try transaction.execute(
            "UPDATE messages SET text = NULL, deleted_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw), .integer(moment.milliseconds)])
    }

    /// The newest inbound message of a conversation: what a person's reply answers.
    public func newestInbound(of conversation: ConversationID) throws -> Message? {
        try transaction.first(
            """
            SELECT \(Self.messageColumns) FROM messages
            WHERE tenant_id = ?1 AND conversation_id = ?2 AND direction = 'inbound'
            ORDER BY sent_at DESC, id DESC LIMIT 1
            """,
            [tenantValue, .id(conversation.raw)]
        ).map(message)
    }

    /// Whether a mid was seen before, in whichever direction.
    public func knows(mid: String) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM messages WHERE tenant_id = ?1 AND mid_digest = ?2", [tenantValue, .blob(midDigest(mid))])
            != nil
    }
}
