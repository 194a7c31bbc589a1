internal import Integrations

/// The messaging items, in the shapes of real deliveries.
extension SandboxWorld {
    /// `{sender, recipient, timestamp, <kind>}` of something that the person did.
    mutating func item(
        _ index: Int, _ flow: SandboxFlow, kind: String, _ members: JSONObject, at time: Int64
    ) -> JSONValue {
        let key = messages[index].thread
        guard let account = account(key.accountID) else { return .null }
        let person = scopedID(of: key.person, for: account, key.channel, flow)
        let own = asset(account, key.channel) ?? account.id
        return [
            "sender": ["id": .string(person)], "recipient": ["id": .string(own)], "timestamp": .integer(time),
            kind: .object(members),
        ]
    }

    /// A person's message; `nil` in a flow that does not see its channel.
    mutating func messageItem(_ index: Int, _ flow: SandboxFlow) -> JSONValue? {
        let message = messages[index]
        guard let mid = message.mids[flow] else { return nil }
        return item(index, flow, kind: "message", message.content.members(mid: mid), at: message.millis)
    }

    /// What the account wrote.
    mutating func echoItem(_ index: Int, _ flow: SandboxFlow, sentBy sender: SandboxFlow?) -> JSONValue? {
        let message = messages[index]
        guard let mid = message.mids[flow], let account = account(message.thread.accountID) else { return nil }
        let channel = message.thread.channel
        let person = scopedID(of: message.thread.person, for: account, channel, flow)
        let own = asset(account, channel) ?? account.id
        var members = message.content.members(mid: mid)
        members["is_echo"] = true
        if channel == .messenger {
            // 263902037430900 is the Page's own inbox.
            let app = sender.map { configuration.app($0.app).id } ?? "263902037430900"
            members["app_id"] = Int64(app).map { .integer($0) } ?? .string(app)
        }
        return [
            "sender": ["id": .string(own)], "recipient": ["id": .string(person)],
            "timestamp": .integer(message.millis), "message": .object(members),
        ]
    }

    /// The event without sender, recipient and text that this project grew from.
    func senderlessEdit(_ index: Int, _ flow: SandboxFlow) -> JSONValue {
        let message = messages[index]
        // Meta stamps it 0.6 to 1.2 s after the message.
        return [
            "timestamp": .integer(message.millis + 980),
            "message_edit": ["mid": .string(message.mids[flow] ?? ""), "num_edit": 0],
        ]
    }

    /// An edit with its sender; without a text it is the noise that doubles a message.
    mutating func editItem(_ index: Int, _ flow: SandboxFlow, text: String?) -> JSONValue {
        let message = messages[index]
        var members: JSONObject = ["mid": .string(message.mids[flow] ?? "")]
        if let text { members["text"] = .string(text) }
        members["num_edit"] = .integer(text == nil ? 0 : Int64(message.editCount))
        return item(
            index, flow, kind: "message_edit", members, at: text == nil ? message.millis + 980 : moment.world)
    }
}

extension SandboxContent {
    /// Where media would lie; nothing answers there.
    private static let media =
        "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=SANDBOX"

    /// The members of `message`.
    func members(mid: String) -> JSONObject {
        var members: JSONObject = ["mid": .string(mid)]
        if let text, kind != "unsupported", kind != "story_mention" { members["text"] = .string(text) }
        if let replyTo { members["reply_to"] = ["mid": .string(replyTo)] }
        if let payload { members["quick_reply"] = ["payload": .string(payload)] }
        switch kind {
        case "text", "quick_reply": break
        case "unsupported": members["is_unsupported"] = true
        case "story_reply":
            members["reply_to"] = ["story": ["url": .string(Self.media), "id": "18000000000000001"]]
        case "ad_referral":
            members["referral"] = [
                "ref": "REF", "ad_id": "120000000000000001", "source": "ADS", "type": "OPEN_THREAD",
                "ads_context_data": ["ad_title": "Title", "photo_url": .string(Self.media)],
            ]
        default: members["attachments"] = .array([attachment])
        }
        return members
    }

    private var attachment: JSONValue {
        let url = JSONValue.string(Self.media)
        switch kind {
        case "like_heart": return ["type": "like_heart"]
        case "template_empty": return ["type": "template", "payload": ["generic": []]]
        case "ig_post":
            return ["type": "ig_post", "payload": ["ig_post_media_id": "18000000000000002", "title": "", "url": url]]
        case "ig_reel":
            return ["type": "ig_reel", "payload": ["reel_video_id": "18000000000000003", "title": "", "url": url]]
        case "ig_story":
            return [
                "type": "ig_story",
                "payload": ["story_media_id": "18000000000000004", "story_media_url": url],
            ]
        case "sticker":
            return ["type": "sticker", "payload": ["url": url, "sticker_id": 369_239_263_222_822]]
        default: return ["type": .string(kind), "payload": ["url": url]]
        }
    }
}
