/// The person who writes.
public struct Patient: Sendable, Hashable {
    /// Our own id: Meta's are valid for one account and flow only.
    public var id: PatientID
    /// Public name on Instagram, where it is known.
    public var username: String?

    /// Memberwise.
    public init(id: PatientID, username: String?) {
        self.id = id
        self.username = username
    }
}

/// How a patient is reached: an IGSID or PSID, valid for one account and the flow through which it was learned.
public struct Address: Sendable, Hashable {
    /// Its own id.
    public var id: AddressID
    /// Whose it is; a patient may have several.
    public var patientID: PatientID
    /// `entry[].id` under which it was learned.
    public var accountID: String
    /// The flow through which it was learned.
    public var flow: Flow
    /// Instagram or Messenger.
    public var channel: Channel
    /// The scoped id. Never logged.
    public var igsid: String

    /// Memberwise.
    public init(
        id: AddressID, patientID: PatientID, accountID: String, flow: Flow, channel: Channel, igsid: String
    ) {
        self.id = id
        self.patientID = patientID
        self.accountID = accountID
        self.flow = flow
        self.channel = channel
        self.igsid = igsid
    }
}

/// Where a conversation takes place.
public enum Channel: String, Sendable, Hashable, CaseIterable {
    case instagram
    case messenger
}
