internal import Integrations

extension SandboxWorld {
    /// `GET /{mid}`.
    mutating func message(_ mid: String, _ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure)
        -> SandboxAnswer
    {
        guard let index = messagesByMid[MidKey(accountID: account.id, mid: mid)],
            messages[index].mids[call.flow] == mid
        else { throw .missingNode(mid) }
        if strike(.messageLookupEmpty, account.id, call.flow) != nil { return .json([:]) }
        guard !messages[index].isDeleted else {
            throw GraphFailure(code: 9_000_001, message: "The message has been deleted.")
        }
        let node = messageNode(index, call.flow, account)
        return .json(call.fields.pick(from: node, standard: ["created_time"]))
    }

    /// A message as the API shows it. Both sides by their ids in this flow, the own one by the 17841... id.
    private mutating func messageNode(_ index: Int, _ flow: SandboxFlow, _ account: SandboxAccount) -> JSONObject {
        let message = messages[index]
        let people = participants(message.thread, flow, account)
        let (sender, receiver) = message.isInbound ? (people[1], people[0]) : (people[0], people[1])
        var node: JSONObject = [
            "id": .string(message.mids[flow] ?? ""), "created_time": .string(Self.time(message.millis)),
            "from": sender, "to": ["data": [receiver]], "message": .string(message.content.text ?? ""),
        ]
        if let attachment = message.content.lookedUp {
            node["attachments"] = ["data": [attachment]]
        }
        if let replied = message.content.replyTo { node["reply_to"] = ["mid": .string(replied)] }
        return node
    }

    /// The own side first, then the person.
    private mutating func participants(
        _ key: ThreadKey, _ flow: SandboxFlow, _ account: SandboxAccount
    ) -> [JSONValue] {
        let id = scopedID(of: key.person, for: account, key.channel, flow)
        guard key.channel == .instagram else {
            let name = self.person(named: key.person)?.name ?? key.person
            let page = page(account.pageID)
            return [
                ["name": .string(page?.name ?? ""), "id": .string(page?.id ?? "")],
                ["name": .string(name), "id": .string(id)],
            ]
        }
        return [
            ["username": .string(account.username), "id": .string(account.id)],
            ["username": .string(key.person), "id": .string(id)],
        ]
    }

    /// `GET /{conversation}`.
    mutating func conversation(_ id: String, _ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure)
        -> SandboxAnswer
    {
        guard let key = threadKey(withID: id, call.flow, account) else { throw .missingNode(id) }
        if strike(.conversationsEmpty, account.id, call.flow) != nil { return .json(["id": .string(id)]) }
        let node = conversationNode(key, call.flow, account, inner: call.fields["messages"])
        return .json(call.fields.pick(from: node, standard: ["updated_time"]))
    }

    /// `GET /{conversation}/messages`.
    mutating func conversationMessages(_ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure)
        -> SandboxAnswer
    {
        let id = call.node.first ?? ""
        guard let key = threadKey(withID: id, call.flow, account) else { throw .missingNode(id) }
        if strike(.conversationsEmpty, account.id, call.flow) != nil { return .json(["data": []]) }
        let node = conversationNode(key, call.flow, account, inner: call.fields)
        return .json(node["messages"] ?? ["data": []])
    }

    /// `GET /{id|me}/conversations`, most recently updated first.
    mutating func listConversations(_ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure)
        -> SandboxAnswer
    {
        let name = call.request["platform"] ?? (call.flow == .instagramLogin ? "instagram" : "messenger")
        guard let channel = Channel(rawValue: name), channel == .instagram || call.flow == .facebookPage else {
            throw .parameter("Param platform must be one of {INSTAGRAM, MESSENGER}")
        }
        try requireMessageScope(call)
        try requireMessageAccess(account, channel)
        if strike(.conversationsEmpty, account.id, call.flow) != nil { return .json(["data": []]) }
        var keys = (threadsOfAccount[account.id] ?? []).filter { $0.channel == channel }
        keys = keys.filter { threads[$0]?.messages.isEmpty == false }
        if let peer = call.request["user_id"] {
            let username = person(withID: peer, of: account, channel, call.flow)?.username
            keys = keys.filter { $0.person == username }
        }
        keys.sort { updated($0) > updated($1) }
        let start = call.request["after"].flatMap(Self.position) ?? 0
        let limit = max(1, min(50, call.request["limit"].flatMap { Int($0) } ?? 25))
        let shown = keys.dropFirst(start).prefix(limit)
        let rows = shown.map { key in
            let node = conversationNode(key, call.flow, account, inner: call.fields["messages"])
            return call.fields.pick(from: node, standard: ["updated_time"])
        }
        guard !rows.isEmpty else { return .json(["data": []]) }
        let cursors: JSONValue = [
            "before": .string(Self.cursor(start)), "after": .string(Self.cursor(start + shown.count)),
        ]
        return .json(["data": .array(rows), "paging": ["cursors": cursors]])
    }

    private func updated(_ key: ThreadKey) -> Int64 {
        threads[key]?.messages.last.map { messages[$0].micros } ?? 0
    }

    private mutating func conversationNode(
        _ key: ThreadKey, _ flow: SandboxFlow, _ account: SandboxAccount, inner: FieldSelection?
    ) -> JSONObject {
        let thread = openThread(key)
        let newest = thread.messages.reversed().filter { !messages[$0].isDeleted }.prefix(20)
        let rows = newest.map { index in
            let node = messageNode(index, flow, account)
            return (inner ?? FieldSelection("")).pick(from: node, standard: ["created_time"])
        }
        return [
            "messages": ["data": .array(rows)], "updated_time": .string(Self.time(updated(key) / 1000)),
            "participants": ["data": .array(participants(key, flow, account))],
            "id": .string(conversationID(thread, key, flow)),
        ]
    }

    private func threadKey(withID id: String, _ flow: SandboxFlow, _ account: SandboxAccount) -> ThreadKey? {
        (threadsOfAccount[account.id] ?? []).first { key in
            guard let thread = threads[key], !thread.messages.isEmpty else { return false }
            return conversationID(thread, key, flow) == id && (key.channel == .instagram || flow == .facebookPage)
        }
    }

    /// `GET /{IGSID}` or `GET /{PSID}`: 230 until the person has written.
    mutating func profile(_ id: String, _ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure)
        -> SandboxAnswer
    {
        for channel in Channel.allCases where channel == .instagram || call.flow == .facebookPage {
            guard let person = person(withID: id, of: account, channel, call.flow) else { continue }
            let key = ThreadKey(accountID: account.id, person: person.username, channel: channel)
            guard threads[key]?.lastInbound != nil else {
                throw GraphFailure(
                    status: 403, code: 230, message: "User consent is required to access user profile")
            }
            let picture: JSONValue = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001"
            let names = person.name.split(separator: " ", maxSplits: 1).map(String.init)
            let node: JSONObject =
                channel == .messenger
                ? [
                    "first_name": .string(names.first ?? ""), "last_name": .string(names.dropFirst().first ?? ""),
                    "profile_pic": picture, "id": .string(id),
                ]
                : [
                    "name": .string(person.name), "username": .string(person.username), "profile_pic": picture,
                    "follower_count": 10, "is_user_follow_business": true, "is_business_follow_user": false,
                    "is_verified_user": false, "id": .string(id),
                ]
            return .json(call.fields.pick(from: node, standard: ["name", "first_name", "last_name", "profile_pic"]))
        }
        throw .missingNode(id)
    }

    /// `2026-07-16T11:10:37+0000`, whole seconds.
    static func time(_ millis: Int64) -> String {
        let seconds = millis / 1000
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        // Civil date of a day number (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))+0000"
    }
}

extension SandboxContent {
    /// The attachment as a lookup shows it, which is not how a webhook does.
    var lookedUp: JSONValue? {
        let url: JSONValue = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001"
        switch kind {
        case "text", "quick_reply", "story_reply", "ad_referral", "unsupported", "postback": return nil
        case "image", "sticker": return ["image_data": ["url": url, "preview_url": url]]
        case "video", "ig_reel": return ["video_data": ["url": url, "preview_url": url]]
        case "audio": return ["mime_type": "audio/mp4", "file_url": url]
        case "file": return ["mime_type": "application/pdf", "file_url": url]
        default: return ["type": .string(kind), "file_url": url]
        }
    }
}
