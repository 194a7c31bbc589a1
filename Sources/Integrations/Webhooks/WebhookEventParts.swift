/// What the kinds of events hold: one function a kind.
enum WebhookEventParts {
    /// The first kind that an event has a key for; `message` first, since its flags (`is_echo`, `is_deleted`) decide.
    static func item(_ event: JSONValue) -> WebhookItem {
        if let message = event["message"], message.object != nil { return self.message(message) }
        if let edit = event["message_edit"], edit.object != nil { return self.edit(edit) }
        if let reaction = event["reaction"], reaction.object != nil {
            return WebhookItem(kind: .reaction, mid: reaction["mid"]?.identifier)
        }
        if let postback = event["postback"], postback.object != nil { return self.postback(postback) }
        if let read = event["read"], read.object != nil {
            return WebhookItem(kind: .read, mid: read["mid"]?.identifier)
        }
        if let delivery = event["delivery"], delivery.object != nil {
            return WebhookItem(kind: .delivery, mid: delivery["mids"]?[0]?.identifier)
        }
        if let optin = event["optin"], optin.object != nil {
            return WebhookItem(kind: .optin, optinAction: optin["notification_messages_status"]?.string)
        }
        if event.object?.keys.contains(where: { $0.hasSuffix("_thread_control") }) == true {
            return WebhookItem(kind: .handover)
        }
        if event["referral"]?.object != nil { return WebhookItem(kind: .referral) }
        return WebhookItem(kind: .other)
    }

    private static func message(_ message: JSONValue) -> WebhookItem {
        var item = WebhookItem(kind: .message, mid: message["mid"]?.identifier, text: message["text"]?.string)
        item.contentKinds = MessageContent.kinds(message)
        item.isEcho = message["is_echo"]?.bool == true
        item.isSelf = message["is_self"]?.bool == true
        item.appID = message["app_id"]?.identifier
        if message["is_deleted"]?.bool == true {
            item.kind = .unsend
        } else if item.isEcho {
            item.kind = .echo
        }
        return item
    }

    private static func edit(_ edit: JSONValue) -> WebhookItem {
        var item = WebhookItem(kind: .edit, mid: edit["mid"]?.identifier, text: edit["text"]?.string)
        item.contentKinds = item.text == nil ? [] : ["text"]
        item.editCount = edit["num_edit"]?.looseInteger.flatMap { Int(exactly: $0) }
        item.isEcho = edit["is_echo"]?.bool == true
        item.isSelf = edit["is_self"]?.bool == true
        return item
    }

    private static func postback(_ postback: JSONValue) -> WebhookItem {
        WebhookItem(
            kind: .postback, mid: postback["mid"]?.identifier, text: postback["title"]?.string,
            contentKinds: ["postback"], isSelf: postback["is_self"]?.bool == true)
    }
}
