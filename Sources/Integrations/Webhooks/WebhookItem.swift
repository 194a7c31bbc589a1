/// One messaging item of a webhook POST, read tolerantly: whatever is missing or odd is `nil`, never an error.
public struct WebhookItem: Sendable, Hashable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case message, edit, echo, unsend, reaction, postback, read, delivery, referral, optin, handover, standby,
            comment,
            mention, other
    }

    /// What happened. Whatever stands in `standby[]` is `standby`, except a handover.
    public var kind: Kind
    /// What a `standby` item would be if the thread were ours; `nil` for any other kind.
    public var standbyKind: Kind?
    /// `sender.id`, where Meta gave one.
    public var senderID: String?
    /// `recipient.id`, where Meta gave one.
    public var recipientID: String?
    /// The item's own time, milliseconds since 1970.
    public var timestamp: Int64?
    /// The message it is about; the comment's id for a comment, the comment's or medium's for a mention.
    public var mid: String?
    /// The text: of the message, the edit (where it carries one) or the button.
    public var text: String?
    /// What the message consists of, most telling first: `text`, `image`, `video`, `audio`, `file`, `share`, `reel`,
    /// `story_mention`, `story_reply`, `sticker`, `quick_reply`, `postback`, `unsupported`, or Meta's own attachment type.
    public var contentKinds: [String]
    /// The account itself wrote it: Meta says so (`is_echo`), or the sender is the account.
    public var isEcho: Bool
    /// A message of the account to itself.
    public var isSelf: Bool
    /// How often the message has been edited; only in edits.
    public var editCount: Int?
    /// The app that sent an echo, where Meta says so.
    public var appID: String?
    /// Meta's dashboard test: placeholder ids that nobody may ever be answered at.
    public var isTestDelivery: Bool
    /// What an `optin` item asks for (`notification_messages_status`: `STOP`, `STOP NOTIFICATIONS`, `RESUME ...`); `nil` in
    /// a plain opt-in.
    public var optinAction: String?
    /// Which keys the payload had, for logs and the API.
    public var structure: PayloadStructure

    /// Memberwise.
    public init(
        kind: Kind, standbyKind: Kind? = nil, senderID: String? = nil, recipientID: String? = nil,
        timestamp: Int64? = nil, mid: String? = nil,
        text: String? = nil, contentKinds: [String] = [], isEcho: Bool = false, isSelf: Bool = false,
        editCount: Int? = nil, appID: String? = nil, isTestDelivery: Bool = false, optinAction: String? = nil,
        structure: PayloadStructure = PayloadStructure()
    ) {
        self.kind = kind
        self.standbyKind = standbyKind
        self.senderID = senderID
        self.recipientID = recipientID
        self.timestamp = timestamp
        self.mid = mid
        self.text = text
        self.contentKinds = contentKinds
        self.isEcho = isEcho
        self.isSelf = isSelf
        self.editCount = editCount
        self.appID = appID
        self.isTestDelivery = isTestDelivery
        self.optinAction = optinAction
        self.structure = structure
    }
}

/// The log's `payloadStructure`: which parts an item had. Holds no content, so that it may be logged.
public struct PayloadStructure: Sendable, Hashable, Codable {
    /// There is a `sender` (for a comment: a `from`), with or without an id.
    public var hasSender: Bool
    /// There is a `recipient`.
    public var hasRecipient: Bool
    /// There is a `message`.
    public var hasMessage: Bool
    /// There is a `message_edit`.
    public var hasMessageEdit: Bool
    /// The `field` of a `changes[]` item, when it is one of Meta's documented names; `"other"` for any other.
    public var firstChangeField: String?
    /// How many `changes[]` the entry had; 0 in other containers.
    public var changesLength: Int

    /// Memberwise.
    public init(
        hasSender: Bool = false, hasRecipient: Bool = false, hasMessage: Bool = false, hasMessageEdit: Bool = false,
        firstChangeField: String? = nil, changesLength: Int = 0
    ) {
        self.hasSender = hasSender
        self.hasRecipient = hasRecipient
        self.hasMessage = hasMessage
        self.hasMessageEdit = hasMessageEdit
        self.firstChangeField = firstChangeField
        self.changesLength = changesLength
    }
}
