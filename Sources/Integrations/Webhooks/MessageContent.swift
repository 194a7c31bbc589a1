/// What a message consists of, in words that reply rules can match.
enum MessageContent {
    /// - Parameter message: the `message` of an event.
    /// - Returns: each kind once, the most telling first: how it came about, then attachments, then text.
    static func kinds(_ message: JSONValue) -> [String] {
        var kinds: [String] = []
        if message["is_unsupported"]?.bool == true { kinds.append("unsupported") }
        if message["reply_to"]?["story"]?.object != nil { kinds.append("story_reply") }
        if message["quick_reply"]?.object != nil { kinds.append("quick_reply") }
        if message["sticker_id"]?.identifier != nil { kinds.append("sticker") }
        kinds += (message["attachments"]?.array ?? []).map(kind)
        if message["text"]?.string?.isEmpty == false { kinds.append("text") }
        var seen = Set<String>()
        return kinds.filter { seen.insert($0).inserted }
    }

    private static func kind(_ attachment: JSONValue) -> String {
        let type = attachment["type"]?.string ?? ""
        switch type {
        case "image": return attachment["payload"]?["sticker_id"]?.identifier == nil ? type : "sticker"
        // One shared post arrives under both names for a while.
        case "ig_post", "post", "share": return "share"
        case "ig_reel", "reel": return "reel"
        default: return isName(type) ? type : "attachment"
        }
    }

    /// Meta's own types go on as they are; anything that does not look like one could be somebody's text.
    private static func isName(_ type: String) -> Bool {
        (1...32).contains(type.utf8.count)
            && type.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") }
    }
}
