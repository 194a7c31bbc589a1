public import Integrations

/// What one message consists of.
public struct SandboxContent: Sendable {
    /// Text, where it has one.
    public var text: String?
    /// `text`, or what the message holds besides: `image`, `video`, `audio`, `file`, `share`, `ig_post`, `ig_reel`,
    /// `ig_story`, `sticker`, `like_heart`, `story_mention`, `story_reply`, `template_empty`, `unsupported`,
    /// `quick_reply`, `ad_referral`.
    public var kind: String
    /// The mid that it answers inline.
    public var replyTo: String?
    /// The payload of a quick reply.
    public var payload: String?

    /// - Parameters:
    ///   - text: the text, if any.
    ///   - kind: one of the names above; an unknown one becomes an attachment of that type.
    ///   - replyTo: a mid of the same thread.
    ///   - payload: for `quick_reply`.
    public init(text: String?, kind: String = "text", replyTo: String? = nil, payload: String? = nil) {
        self.text = text
        self.kind = kind
        self.replyTo = replyTo
        self.payload = payload
    }
}

/// One message between an account and a person, however many flows and apps see it.
struct SandboxMessage: Sendable {
    var thread: ThreadKey
    /// Whether the person wrote it; else the account did.
    var isInbound: Bool
    var content: SandboxContent
    /// Creation time in microseconds, unique in the world.
    var micros: Int64
    /// The message's id in each flow; equal unless the account's flows differ.
    var mids: [SandboxFlow: String]
    var editCount = 0
    var isDeleted = false
    /// The flow through which the service sent it; `nil` for what people wrote.
    var sentThrough: SandboxFlow?

    var millis: Int64 { micros / 1000 }
}

/// Names a thread: one account, one person, one channel.
struct ThreadKey: Sendable, Hashable {
    var accountID: String
    var person: String
    var channel: Channel
}

/// A thread with its ids. Two connected accounts that talk share the numbers.
struct SandboxThread: Sendable {
    /// Thread number in both flows, as long as they agree.
    var common: UInt128
    /// Thread number in the Page flow of an account whose flows differ.
    var pageFlow: UInt128
    /// Messenger's opaque conversation id.
    var messengerID: String
    /// Indices into the world's messages, oldest first.
    var messages: [Int] = []
    /// When the person last wrote, milliseconds: the messaging window counts from here.
    var lastInbound: Int64?
}

/// A send of the service that Meta accepted: what tests judge "exactly one reply" by.
public struct AcceptedSend: Sendable, Hashable {
    /// Counts from 1 over the whole world.
    public var seq: Int
    /// When, world time in milliseconds.
    public var at: Int64
    /// The account's `instagram_page_id`.
    public var account: String
    /// The flow that carried it.
    public var flow: SandboxFlow
    /// `instagram` or `messenger`.
    public var channel: Channel
    /// The recipient id as the service gave it.
    public var recipient: String
    /// The person behind it, by user name.
    public var person: String
    /// The text.
    public var text: String
    /// The mid that Meta gave it.
    public var mid: String
    /// The conversation id.
    public var thread: String
}
