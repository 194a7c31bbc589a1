/// Reads one item of a webhook body, whatever its container, in every shape that Meta has been seen to send.
///
/// Tolerant: ids and numbers may be strings or numbers, anything may be missing. Only what jansson refuses, and what has
/// no known shape at all, is no item; the caller keeps it as unrecognised.
/// Source of the shapes: Meta, "Webhooks for Instagram", "Messenger Platform webhook events", and captured deliveries.
public enum WebhookReader {
    /// - Parameter slice: an item as ``WebhookSplitter`` cut it out.
    /// - Returns: `nil` for what is no JSON object or JSON that jansson refuses, and for `whole` slices.
    public static func read(_ slice: WebhookSlice) -> WebhookItem? {
        guard slice.container != .whole, let value = try? JSONValue.parse(slice.bytes), let object = value.object else {
            return nil
        }
        switch slice.container {
        case .messaging: return event(value, in: slice)
        case .standby: return standby(event(value, in: slice))
        case .changes, .field: return change(object, in: slice)
        case .whole: return nil
        }
    }

    /// `{sender, recipient, timestamp, <kind>}`
    private static func event(_ event: JSONValue, in slice: WebhookSlice) -> WebhookItem {
        var item = WebhookEventParts.item(event)
        item.senderID = event["sender"]?["id"]?.identifier
        item.recipientID = event["recipient"]?["id"]?.identifier
        item.timestamp = WebhookTimestamp.milliseconds(event["timestamp"])
        item.isSelf = item.isSelf || event["is_self"]?.bool == true
        item.structure.hasSender = event["sender"]?.object != nil
        item.structure.hasRecipient = event["recipient"]?.object != nil
        item.structure.hasMessage = event["message"]?.object != nil
        item.structure.hasMessageEdit = event["message_edit"]?.object != nil
        if let sender = item.senderID, sender == slice.entryID {
            // The account's own message may come without is_echo.
            item.isEcho = true
            if item.kind == .message { item.kind = .echo }
        }
        item.isTestDelivery = isTest(item, in: slice)
        return item
    }

    private static func standby(_ item: WebhookItem) -> WebhookItem {
        guard item.kind != .handover, item.kind != .standby else { return item }
        var item = item
        item.standbyKind = item.kind
        item.kind = .standby
        return item
    }

    /// `{field, value}`, where the value is an event, a comment or something else.
    private static func change(_ change: JSONObject, in slice: WebhookSlice) -> WebhookItem {
        let field = change["field"]?.string ?? ""
        let value = change["value"] ?? .null
        var item: WebhookItem
        switch field {
        case "comments", "live_comments": item = comment(value, in: slice)
        case "mentions": item = mention(value)
        case "message_edit", "message_edits":
            // No test delivery of this field has been seen: the edit may be the value itself.
            let isBare = value["message_edit"] == nil && value["mid"] != nil
            item = event(isBare ? wrapped(value) : value, in: slice)
        case "standby": item = standby(event(value, in: slice))
        default: item = event(value, in: slice)
        }
        if item.timestamp == nil { item.timestamp = WebhookTimestamp.milliseconds(change["time"]) }
        item.structure.firstChangeField = field.isEmpty ? nil : WebhookField.loggable(field)
        item.structure.changesLength = slice.container == .changes ? slice.siblings : 0
        item.isTestDelivery = isTest(item, in: slice)
        return item
    }

    private static func wrapped(_ edit: JSONValue) -> JSONValue {
        var event = edit.object ?? JSONObject()
        event["message_edit"] = edit
        return .object(event)
    }

    private static func comment(_ comment: JSONValue, in slice: WebhookSlice) -> WebhookItem {
        var item = WebhookItem(kind: .comment)
        item.senderID = comment["from"]?["id"]?.identifier
        item.mid = comment["id"]?.identifier ?? comment["comment_id"]?.identifier
        item.text = comment["text"]?.string
        item.contentKinds = item.text == nil ? [] : ["text"]
        item.isEcho = item.senderID != nil && item.senderID == slice.entryID
        item.structure.hasSender = comment["from"]?.object != nil
        return item
    }

    private static func mention(_ mention: JSONValue) -> WebhookItem {
        WebhookItem(kind: .mention, mid: mention["comment_id"]?.identifier ?? mention["media_id"]?.identifier)
    }

    /// The dashboard's "Test" button: entry 0, placeholder people, a placeholder mid. The text is no sign of it, since
    /// anybody can write any text.
    private static func isTest(_ item: WebhookItem, in slice: WebhookSlice) -> Bool {
        slice.entryID == "0" || ["random_mid", "test_message_id"].contains(item.mid)
            || [item.senderID, item.recipientID].contains { $0.map(SenderID.isPlaceholder) == true }
    }
}
