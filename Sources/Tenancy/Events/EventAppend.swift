internal import Storage

/// A received event, sealed and ready to be appended.
public struct NewEvent: Sendable {
    /// Its own id; the payload is sealed for it.
    public var id: EventID
    /// Whom it is sealed for: the system tenant where it routes to nobody.
    public var tenantID: TenantID
    /// When the webhook arrived here; it is due at once.
    public var receivedAt: Timestamp
    /// The Meta app whose secret signed it.
    public var app: String
    /// The body's `object`, `instagram` or `page`; empty for anything else.
    public var object: String
    /// `entry[].id`; empty where there was none, or it was no number.
    public var accountID: String
    /// Which part of the entry it stood in.
    public var container: String
    /// How many items that part held.
    public var siblings: Int
    /// Equal for exact redeliveries, and for nothing else.
    public var dedup: [UInt8]
    /// Sealed for `Place("events", "payload", id)`.
    public var payload: [UInt8]

    /// Seals an item for its tenant.
    /// - Parameter bytes: the item's own slice of the body.
    public init(
        id: EventID, tenantID: TenantID, keys: TenantKeys, receivedAt: Timestamp, app: String, object: String,
        accountID: String, container: String, siblings: Int, bytes: [UInt8]
    ) throws {
        self.id = id
        self.tenantID = tenantID
        self.receivedAt = receivedAt
        self.app = app
        self.object = object
        self.accountID = accountID
        self.container = container
        self.siblings = siblings
        dedup = DeduplicationKey.make([app, object, accountID, container], bytes: bytes, keys: keys)
        payload = try keys.seal(bytes, at: .eventPayload(id))
    }

    var values: [SQLValue] {
        [
            .id(tenantID.raw), .id(id.raw), .integer(receivedAt.milliseconds), .text(app), .text(object),
            .text(accountID), .text(container), .count(siblings), .blob(dedup), .blob(payload),
        ]
    }
}

extension TenantKeys.Place {
    /// The payload of an event.
    public static func eventPayload(_ id: EventID) -> Self { Self("events", "payload", id.raw) }
    /// The sender of an event.
    public static func eventSender(_ id: EventID) -> Self { Self("events", "igsid", id.raw) }
}
