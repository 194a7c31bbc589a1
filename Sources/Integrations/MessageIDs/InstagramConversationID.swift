/// An Instagram conversation id, taken apart: `ig_dm:1:IGMessageThread:<account>:<thread>`.
///
/// It can be built from any mid of the thread (``InstagramMessageID/conversationID``). That the Graph API answers for a
/// built one in every case is not proven: try it, and fall through.
public struct InstagramConversationID: Sendable, Hashable, CustomStringConvertible {
    /// The account whose view of the thread this is; decimal digits.
    public let account: String
    /// The thread, equal to ``InstagramMessageID/thread``.
    public let thread: UInt128

    private static let label: StaticString = "ig_dm:1:IGMessageThread"

    /// - Parameters:
    ///   - account: decimal digits.
    ///   - thread: the thread.
    public init(account: String, thread: UInt128) {
        self.account = account
        self.thread = thread
    }

    /// Strict, as ``InstagramMessageID/init(_:)``.
    /// - Parameter id: as Meta wrote it.
    public init?(_ id: String) {
        guard let parts = ColonSeparatedID.fields(of: id, label: Self.label), parts.count == 2,
            let account = ColonSeparatedID.digits(parts[0]),
            let thread = ColonSeparatedID.canonicalNumber(parts[1])
        else { return nil }
        self.init(account: account, thread: thread)
    }

    /// The id without its coding.
    public var plain: String { "\(Self.label):\(account):\(thread)" }

    /// The id as Meta writes it.
    public var encoded: String { EscapedBase64.encode(Array(plain.utf8)) }

    /// The same as ``encoded``.
    public var description: String { encoded }
}
