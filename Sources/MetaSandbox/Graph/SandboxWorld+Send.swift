internal import Integrations

extension SandboxWorld {
    /// The most bytes of an Instagram message, and the most characters of a Messenger one.
    private static let longestInstagramText = 1000
    private static let longestMessengerText = 2000

    /// `POST /{id|me}/messages`: checks as Meta does, stores, and schedules the echo.
    mutating func send(_ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure) -> SandboxAnswer {
        let (channel, person, recipient) = try recipient(of: call, account)
        let message = call.request.object("message")
        if let action = call.request["sender_action"] {
            guard message == nil else {
                throw GraphFailure(code: 100, subcode: 2_018_014, message: "(#100) sender_action with a message")
            }
            guard ["typing_on", "typing_off", "mark_seen", "react", "unreact"].contains(action) else {
                throw .parameter("Param sender_action must be one of the known actions")
            }
            return .json(["recipient_id": .string(recipient)])
        }
        let content = try content(of: message, channel)
        let key = ThreadKey(accountID: account.id, person: person.username, channel: channel)
        try checkWindow(call, key)
        let index = store(content, in: key, isInbound: false, sentThrough: call.flow)
        let mid = messages[index].mids[call.flow] ?? ""
        let thread = openThread(key)
        sends.append(
            AcceptedSend(
                seq: sends.count + 1, at: moment.world, account: account.id, flow: call.flow, channel: channel,
                recipient: recipient, person: person.username, text: content.text ?? "", mid: mid,
                thread: conversationID(thread, key, call.flow)))
        var answer = SandboxAnswer.json(["recipient_id": .string(recipient), "message_id": .string(mid)])
        answer.awaits = echo(index, call)
        mirror(index)
        return answer
    }

    /// - Returns: the queued items that have to be delivered before the answer.
    private mutating func echo(_ index: Int, _ call: GraphCall) -> [Int] {
        let id = messages[index].thread.accountID
        if strike(.echoMissing, id, call.flow) != nil { return [] }
        if strike(.echoFirst, id, call.flow) != nil { return publishEcho(index, through: call.flow, delay: 0) }
        _ = publishEcho(index, through: call.flow, delay: configuration.echoDelay)
        return []
    }

    /// Who is meant. An id of another account, of the other flow, or of nobody is "no matching user".
    private mutating func recipient(
        of call: GraphCall, _ account: SandboxAccount
    ) throws(GraphFailure) -> (Channel, SandboxPerson, String) {
        let node = call.node.first ?? ""
        let own = call.flow == .instagramLogin ? [account.id, account.appScopedID] : [account.pageID ?? ""]
        guard node == "me" || own.contains(node) else {
            guard call.flow == .facebookPage, node == account.id else { throw .missingNode(node) }
            throw GraphFailure(
                code: 3, message: "(#3) Application does not have the capability to make this API call.")
        }
        try requireMessageScope(call)
        guard let id = call.request.object("recipient")?["id"]?.identifier else {
            throw .parameter("The parameter recipient is required")
        }
        for channel in Channel.allCases where channel == .instagram || call.flow == .facebookPage {
            guard let person = person(withID: id, of: account, channel, call.flow) else { continue }
            try requireMessageAccess(account, channel)
            guard !person.isBlocking else {
                throw GraphFailure(code: 551, subcode: 1_545_041, message: "This person isn't available right now.")
            }
            return (channel, person, id)
        }
        if call.flow == .instagramLogin {
            throw GraphFailure(
                code: 100, subcode: 2_534_014, message: "The requested user cannot be found.", type: "IGApiException")
        }
        throw GraphFailure(code: 100, subcode: 2_018_001, message: "(#100) No matching user found")
    }

    /// A scope for messages must be granted, to write and to read.
    func requireMessageScope(_ call: GraphCall) throws(GraphFailure) {
        let needed =
            call.flow == .instagramLogin
            ? ["instagram_business_manage_messages"]
            : ["pages_messaging", "instagram_manage_messages"]
        guard needed.contains(where: call.token.scopes.contains) else {
            throw .permission("(#200) The permission \(needed[0]) is needed")
        }
    }

    /// The owner must allow access to messages on Instagram.
    func requireMessageAccess(_ account: SandboxAccount, _ channel: Channel) throws(GraphFailure) {
        guard account.allowsMessageAccess || channel == .messenger else {
            throw .permission("The owner has disabled access to messages", subcode: 2_534_041)
        }
    }

    private func content(of message: JSONValue?, _ channel: Channel) throws(GraphFailure) -> SandboxContent {
        guard let message else { throw .parameter("The parameter message is required") }
        if let type = message["attachment"]?["type"]?.string { return SandboxContent(text: nil, kind: type) }
        guard let text = message["text"]?.string, !text.isEmpty else {
            throw GraphFailure(code: 100, subcode: 2_534_015, message: "(#100) The message is empty")
        }
        switch channel {
        case .instagram where text.utf8.count > Self.longestInstagramText:
            throw GraphFailure(
                code: 100, subcode: 2_534_015,
                message: "(#100) Length of param message[text] must be less than or equal to 1000",
                type: "IGApiException")
        case .messenger where text.count > Self.longestMessengerText:
            throw .parameter("Length of param message[text] must be less than or equal to 2000")
        default: return SandboxContent(text: text)
        }
    }

    /// 24 hours from the person's last message; seven days for a person of the practice (`HUMAN_AGENT`).
    private func checkWindow(_ call: GraphCall, _ key: ThreadKey) throws(GraphFailure) {
        let isHuman = call.request["messaging_type"] == "MESSAGE_TAG" && call.request["tag"] == "HUMAN_AGENT"
        let window = isHuman ? 7 * Lifetime.day : Lifetime.day
        guard let last = threads[key]?.lastInbound, moment.world - last <= window else {
            throw GraphFailure(
                code: 10, subcode: key.channel == .instagram ? 2_534_022 : 2_018_278,
                message: "(#10) This message is sent outside of allowed window.",
                type: key.channel == .instagram ? "IGApiException" : "OAuthException")
        }
    }
}
