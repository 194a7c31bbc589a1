import Integrations
import Testing

/// What one sample body must read as.
struct ExpectedItem: Sendable, CustomTestStringConvertible {
    static let account = "17841400000000001"
    static let user = "1000000000000001"
    static let page = "200000000000001"
    static let psid = "3000000000000001"
    static let sentAt: Int64 = 1_784_200_237_000

    enum Mid {
        case vector, older, messenger, none
        case exact(String)
    }

    var name: String
    var kind: WebhookItem.Kind
    var mid: Mid = .none
    var text: String?
    var sender: String?
    var recipient: String?
    var timestamp: Int64? = sentAt
    var kinds: [String] = []
    var isEcho = false
    var isSelf = false
    var edits: Int?
    var appID: String?
    var isTest = false
    var optin: String?
    var standby: WebhookItem.Kind?
    var field: String?
    /// Which body of an ARRAY file.
    var index = 0

    var testDescription: String { "\(name)[\(index)]" }

    static func inbound(
        _ name: String, _ kind: WebhookItem.Kind, _ mid: Mid = .vector, _ text: String? = nil, _ kinds: [String] = []
    ) -> ExpectedItem {
        ExpectedItem(name: name, kind: kind, mid: mid, text: text, sender: user, recipient: account, kinds: kinds)
    }

    static func echo(_ name: String, _ text: String?, _ kinds: [String]) -> ExpectedItem {
        ExpectedItem(
            name: name, kind: .echo, mid: .vector, text: text, sender: account, recipient: user, kinds: kinds,
            isEcho: true)
    }

    static func messenger(
        _ name: String, _ kind: WebhookItem.Kind, _ mid: Mid = .messenger, _ text: String? = nil, _ kinds: [String] = []
    ) -> ExpectedItem {
        ExpectedItem(name: name, kind: kind, mid: mid, text: text, sender: psid, recipient: page, kinds: kinds)
    }

    static func change(
        _ name: String, _ kind: WebhookItem.Kind, _ field: String, mid: Mid, text: String? = nil, sender: String? = nil,
        kinds: [String] = []
    ) -> ExpectedItem {
        ExpectedItem(
            name: name, kind: kind, mid: mid, text: text, sender: sender, timestamp: nil, kinds: kinds, field: field)
    }

    static func test(
        _ name: String, _ kind: WebhookItem.Kind, mid: String, text: String?, time: Int64, kinds: [String],
        field: String?
    ) -> ExpectedItem {
        ExpectedItem(
            name: name, kind: kind, mid: .exact(mid), text: text, sender: "12334", recipient: "23245", timestamp: time,
            kinds: kinds,
            isTest: true, field: field)
    }

    func with(_ change: (inout ExpectedItem) -> Void) -> ExpectedItem {
        var copy = self
        change(&copy)
        return copy
    }
}

extension ExpectedItem {
    static let instagram: [ExpectedItem] = [
        .inbound("ig-message-text", .message, .vector, "hello", ["text"]),
        .inbound("ig-message-reply-to-mid", .message, .vector, "yes", ["text"]),
        .inbound("ig-message-story-reply", .message, .vector, "love it", ["story_reply", "text"]),
        .inbound("ig-message-story-mention", .message, .vector, nil, ["story_mention"]),
        .inbound("ig-message-image", .message, .vector, nil, ["image"]),
        .inbound("ig-message-video", .message, .vector, nil, ["video"]),
        .inbound("ig-message-audio", .message, .vector, nil, ["audio"]),
        .inbound("ig-message-text-plus-attachment", .message, .vector, "look", ["image", "text"]),
        .inbound("ig-message-share", .message, .vector, nil, ["share"]),
        .inbound("ig-message-ig-post", .message, .vector, nil, ["share"]),
        .inbound("ig-message-ig-post-and-share", .message, .vector, nil, ["share"]),
        .inbound("ig-message-ig-reel", .message, .vector, nil, ["reel"]),
        .inbound("ig-message-sticker", .message, .vector, nil, ["sticker"]),
        .inbound("ig-message-unsupported", .message, .vector, nil, ["unsupported"]),
        .inbound("ig-message-deleted", .unsend, .older),
        .inbound("ig-message-quick-reply", .message, .vector, "Yes", ["quick_reply", "text"]),
        .inbound("ig-message-ad-referral", .message, .vector, "hi", ["text"]),
        .echo("ig-echo-text", "reply from the business", ["text"]),
        .echo("ig-echo-images", nil, ["image"]),
        .echo("ig-echo-story-reply", "congratulations", ["story_reply", "text"]),
        .echo("ig-echo-template", nil, ["template"]),
        .inbound("ig-postback", .postback, .vector, "Opening hours", ["postback"]),
        .inbound("ig-postback-self", .postback, .vector, "Opening hours", ["postback"]).with {
            $0.sender = "1000000000000002"
            $0.isSelf = true
        },
        .inbound("ig-reaction", .reaction, .older),
        .inbound("ig-read", .read, .older),
        .inbound("ig-referral", .referral, .none),
        .inbound("ig-optin-notification", .optin, .none),
        .inbound("ig-message-edit-0-no-sender", .edit).with {
            $0.sender = nil
            $0.recipient = nil
            $0.timestamp = 1_784_200_237_980
            $0.edits = 0
        },
        .inbound("ig-message-edit-0-with-sender", .edit).with {
            $0.timestamp = 1_784_200_237_980
            $0.edits = 0
        },
        .inbound("ig-message-edit-1", .edit, .older, "edited text", ["text"]).with { $0.edits = 1 },
        .inbound("ig-standby-message", .standby, .vector, "hello", ["text"]).with { $0.standby = .message },
        .inbound("ig-standby-read", .standby, .older).with { $0.standby = .read },
        .inbound("ig-pass-thread-control", .handover, .none),
        .inbound("ig-take-thread-control", .handover, .none),
        .inbound("ig-request-thread-control", .handover, .none),
        .inbound("ig-event-without-kind", .other, .none),
        .inbound("ig-noise-pair", .message, .vector, "hello", ["text"]),
        .inbound("ig-noise-pair", .edit).with {
            $0.index = 1
            $0.sender = nil
            $0.recipient = nil
            $0.timestamp = 1_784_200_237_980
            $0.edits = 0
        },
        .change(
            "ig-comment", .comment, "comments", mid: .exact("17800000000000001"), text: "price?", sender: user,
            kinds: ["text"]),
        .change(
            "ig-comment-own-reply", .comment, "comments", mid: .exact("17800000000000002"), text: "sent!",
            sender: account, kinds: ["text"]
        )
        .with { $0.isEcho = true },
        .change("ig-comment-no-text", .comment, "comments", mid: .exact("17800000000000003"), sender: user),
        .change(
            "ig-comment-flat-doc", .comment, "comments", mid: .exact("17800000000000001"), text: "price?", sender: user,
            kinds: ["text"]
        )
        .with { $0.timestamp = 1_749_611_986_000 },
        .change(
            "ig-live-comment", .comment, "live_comments", mid: .exact("17800000000000001"), text: "hi", sender: user,
            kinds: ["text"]),
        .change("ig-mention-comment", .mention, "mentions", mid: .exact("17800000000000001")),
        .change("ig-mention-caption", .mention, "mentions", mid: .exact("18000000000000005")),
        .change("ig-story-insights", .other, "story_insights", mid: .none),
        .test(
            "test-ig-messages-changes", .message, mid: "random_mid", text: "random_text", time: 1_527_459_824_000,
            kinds: ["text"], field: "messages"),
        .test(
            "test-ig-messages-messaging", .message, mid: "random_mid", text: "random_text", time: 1_527_459_824_000,
            kinds: ["text"], field: nil),
        .test(
            "test-ig-reaction-changes", .reaction, mid: "random_mid", text: nil, time: 233_445_667_000, kinds: [],
            field: "message_reactions"),
    ]

    static let messenger: [ExpectedItem] = [
        .messenger("page-message-text", .message, .messenger, "hello", ["text"]),
        .messenger("page-message-nlp", .message, .messenger, "hello", ["text"]),
        .messenger("page-message-quick-reply", .message, .messenger, "Yes", ["quick_reply", "text"]),
        .messenger("page-message-image", .message, .messenger, nil, ["image"]),
        .messenger("page-message-sticker", .message, .messenger, nil, ["sticker"]),
        .messenger("page-message-fallback", .message, .messenger, "https://example.com", ["fallback", "text"]),
        .messenger("page-echo", .echo, .messenger, "hi", ["text"]).with {
            $0.sender = page
            $0.recipient = psid
            $0.isEcho = true
            $0.appID = "1517776481860111"
        },
        .messenger("page-postback", .postback, .messenger, "Get Started", ["postback"]),
        .messenger("page-postback-referral", .postback, .none, "Get Started", ["postback"]),
        .messenger("page-read", .read, .none),
        .messenger("page-delivery", .delivery),
        .messenger("page-reaction", .reaction),
        .messenger("page-message-edit", .edit, .messenger, "new", ["text"]).with { $0.edits = 1 },
        .messenger("page-message-edit-string", .edit, .messenger, "new", ["text"]).with { $0.edits = 2 },
        .messenger("page-standby-message", .standby, .messenger, "from inbox", ["text"]).with {
            $0.sender = page
            $0.recipient = psid
            $0.isEcho = true
            $0.appID = "263902037430900"
            $0.standby = .echo
        },
        .messenger("page-pass-thread-control", .handover, .none),
        .messenger("page-request-thread-control", .handover, .none),
        .messenger("page-policy-enforcement", .other, .none).with { $0.sender = nil },
        .messenger("page-optin-notification", .optin, .none),
        .messenger("page-optin-stop", .optin, .none).with { $0.optin = "STOP" },
        .test(
            "test-page-messages", .message, mid: "test_message_id", text: "test_message", time: 1_527_459_824_000,
            kinds: ["text"], field: "messages"),
    ]
}
