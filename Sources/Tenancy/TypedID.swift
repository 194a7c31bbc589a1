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

    public static func < (one: Self, other: Self) -> Bool { one.raw < other.raw }

    /// The hyphenated form in lower case.
    public var description: String { raw.description }
}

public typealias TenantID = TypedID<Tenant>
public typealias ConnectionID = TypedID<Connection>
public typealias EventID = TypedID<Event>
public typealias PatientID = TypedID<Patient>
public typealias AddressID = TypedID<Address>
public typealias ConversationID = TypedID<Conversation>
public typealias MessageID = TypedID<Message>
public typealias ReplyID = TypedID<Reply>
public typealias ReplyPartID = TypedID<ReplyPart>
public typealias APIKeyID = TypedID<APIKey>

extension TenantID {
    /// The system tenant: owner of events that route to nobody, sealed with a key of its own.
    public static let system = TenantID(Identifier(high: 0x7000, low: 0x8000_0000_0000_0001))
}
