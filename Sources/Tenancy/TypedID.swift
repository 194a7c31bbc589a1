public import Storage

/// An id that knows what it is the id of, so that a conversation's cannot be passed where a patient's belongs.
public struct TypedID<Entity>: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The UUIDv7 itself.
    public let raw: Identifier

    /// - Parameter raw: a UUIDv7.
    public init(_ raw: Identifier) {
        self.raw = raw
    }

    /// - Parameter text: the hyphenated form.
    public init?(_ text: some StringProtocol) {
        guard let raw = Identifier(text) else { return nil }
        self.raw = raw
    }

    /// The older of two ids comes first.
    public static func < (one: Self, other: Self) -> Bool { one.raw < other.raw }

    /// The hyphenated form in lower case.
    public var description: String { raw.description }
}

/// Id of a practice; every row of a tenant table starts with one.
public typealias TenantID = TypedID<Tenant>
/// Id of a tenant's link to an account.
public typealias ConnectionID = TypedID<Connection>
/// Id of a received webhook item.
public typealias EventID = TypedID<Event>
/// Id of a patient, ours and not Meta's.
public typealias PatientID = TypedID<Patient>
/// Id of a patient's address, not the IGSID itself.
public typealias AddressID = TypedID<Address>
/// Id of a conversation.
public typealias ConversationID = TypedID<Conversation>
/// Id of a recorded message, ours and not Meta's mid.
public typealias MessageID = TypedID<Message>
/// Id of a reply; a conversation's replies queue in the order of their ids.
public typealias ReplyID = TypedID<Reply>
/// Id of one message of a split reply.
public typealias ReplyPartID = TypedID<ReplyPart>
/// Id of an entry in an audit log.
public typealias AuditEntryID = TypedID<AuditEntry>
/// Id of something that an owner is to be told.
public typealias NoticeID = TypedID<Notice>
/// Id of an API key, not the key itself.
public typealias APIKeyID = TypedID<APIKey>

extension TenantID {
    /// The system tenant: owner of events that route to nobody, sealed with a key of its own.
    public static let system = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0001))
}
