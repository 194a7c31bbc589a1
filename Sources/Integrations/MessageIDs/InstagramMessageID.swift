/// An Instagram message id (`mid`), taken apart: `ig_dm_item:1:IGMessageID:<account>:<thread>:<item>`.
///
/// It names the account that sees the message, the thread and the item, and **no sender**: neither its digits nor those
/// of the thread are anybody's id. The account part is per viewer: two connected accounts that talk to each other get
/// ids with different accounts and equal ``thread`` and ``item``. Meta documents none of this, so a mid that does not
/// decode is nothing unusual and never a reason to refuse a delivery.
public struct InstagramMessageID: Sendable, Hashable, CustomStringConvertible {
    /// The account whose view of the message this is; decimal digits, equal to `entry[].id`.
    public let account: String
    /// The thread: the same for both directions, stable for (account, peer).
    public let thread: UInt128
    /// The message itself; its high 64 bits are its creation time in microseconds.
    public let item: UInt128

    private static let label: StaticString = "ig_dm_item:1:IGMessageID"

    /// - Parameters:
    ///   - account: decimal digits.
    ///   - thread: the thread.
    ///   - item: the item.
    public init(account: String, thread: UInt128, item: UInt128) {
        self.account = account
        self.thread = thread
        self.item = item
    }

    /// Strict: only a string that re-encodes to itself is a mid.
    /// - Parameter mid: as Meta wrote it.
    /// - Returns: `nil` for Messenger ids, placeholders, truncated ids and anything else of another form.
    public init?(_ mid: String) {
        guard let parts = ColonSeparatedID.fields(of: mid, label: Self.label), parts.count == 3,
            let account = ColonSeparatedID.digits(parts[0]),
            let thread = ColonSeparatedID.canonicalNumber(parts[1]),
            let item = ColonSeparatedID.canonicalNumber(parts[2])
        else { return nil }
        self.init(account: account, thread: thread, item: item)
    }

    /// The id without its coding.
    public var plain: String { "\(Self.label):\(account):\(thread):\(item)" }

    /// The id as Meta writes it.
    public var encoded: String { EscapedBase64.encode(Array(plain.utf8)) }

    /// The same as ``encoded``.
    public var description: String { encoded }

    /// When the message was made, in microseconds since 1970. For an edit, a read or an unsend it is still the
    /// original message's time.
    public var createdAtMicroseconds: UInt64 { UInt64(truncatingIfNeeded: item >> 64) }

    /// When the message was made, in milliseconds since 1970, rounded down: equal to the webhook's own `timestamp` of a
    /// message, echo or postback.
    public var createdAt: Int64 { Int64(createdAtMicroseconds / 1000) }

    /// The id of the conversation that the message is in, as the conversations API names it.
    public var conversation: InstagramConversationID {
        InstagramConversationID(account: account, thread: thread)
    }

    /// The same as `conversation.encoded`.
    public var conversationID: String { conversation.encoded }
}
