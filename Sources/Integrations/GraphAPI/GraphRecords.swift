/// The Graph API's message and conversation objects, read tolerantly: what is missing is `nil` or empty.
enum GraphRecords {
    /// The fields of a message as they are asked for.
    static let messageFields = "id,created_time,from,to,message,attachments,reply_to"
    /// The fields of a message inside a conversation.
    static let listedMessageFields = "id,created_time,from,to,message"

    /// - Parameter mid: stands in where the answer does not repeat it.
    static func message(_ value: JSONValue, mid: String? = nil) -> MessageRecord? {
        guard let mid = value["id"]?.identifier ?? mid else { return nil }
        return MessageRecord(
            mid: mid,
            from: value["from"]?["id"]?.identifier,
            fromUsername: value["from"]?["username"]?.string ?? value["from"]?["name"]?.string,
            to: (value["to"]?["data"]?.array ?? []).compactMap { $0["id"]?.identifier },
            text: value["message"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            createdAt: value["created_time"]?.string.flatMap(GraphTime.milliseconds),
            attachmentKinds: (value["attachments"]?["data"]?.array ?? []).map(attachmentKind))
    }

    /// A conversation, newest message first; messages without a time go last, in Meta's order.
    static func conversation(_ value: JSONValue, id: String? = nil) -> ConversationRecord? {
        guard let id = value["id"]?.identifier ?? id else { return nil }
        let read = (value["messages"]?["data"]?.array ?? []).compactMap { message($0) }
        let messages = read.enumerated().sorted { first, second in
            let times = (first.element.createdAt ?? .min, second.element.createdAt ?? .min)
            return times.0 == times.1 ? first.offset < second.offset : times.0 > times.1
        }.map(\.element)
        var participants = (value["participants"]?["data"]?.array ?? []).compactMap { $0["id"]?.identifier }
        if participants.isEmpty {
            for id in messages.flatMap({ [$0.from].compactMap { $0 } + $0.to }) where !participants.contains(id) {
                participants.append(id)
            }
        }
        return ConversationRecord(id: id, participants: participants, messages: messages)
    }

    private static func attachmentKind(_ value: JSONValue) -> String {
        if let type = value["type"]?.string { return type }
        if value["image_data"] != nil { return "image" }
        if value["video_data"] != nil { return "video" }
        if value["generic_template"] != nil { return "template" }
        let medium = value["mime_type"]?.string?.split(separator: "/").first.map(String.init) ?? ""
        return ["image", "video", "audio"].contains(medium) ? medium : "file"
    }
}
