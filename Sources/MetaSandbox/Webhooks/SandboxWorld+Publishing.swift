internal import Integrations

extension SandboxWorld {
    /// Queues one item for one app, where that app is subscribed and the field is ticked.
    /// - Returns: the queued item's number, or `nil` where Meta would say nothing.
    @discardableResult
    mutating func publish(
        _ item: JSONValue, field: String, for account: SandboxAccount, _ channel: Channel, flow: SandboxFlow,
        delay: Int64 = 0, container: String = "messaging"
    ) -> Int? {
        guard listens(flow, to: account, channel, field: field), let entryID = asset(account, channel) else {
            return nil
        }
        var event = QueuedEvent(
            app: flow.app, object: channel == .instagram ? "instagram" : "page", entryID: entryID,
            container: container, item: item, dueAt: moment.real + delay)
        if let rule = strike(.duplicates, account.id, flow) { event.copies = max(1, rule.copies ?? 2) }
        if let rule = strike(.reorder, account.id, flow) { event.dueAt += rule.milliseconds ?? 150 }
        return queue.enqueue(event)
    }

    /// Whether Meta delivers this field of this account to the flow's app.
    func listens(_ flow: SandboxFlow, to account: SandboxAccount, _ channel: Channel, field: String) -> Bool {
        guard account.allowsMessageAccess || channel == .messenger else { return false }
        let object = channel == .instagram ? "instagram" : "page"
        let ticked = configuration.appFields["\(flow.app.rawValue)/\(object)"] ?? []
        guard ticked.contains(field) else { return false }
        switch (flow, channel) {
        case (.instagramLogin, .messenger): return false
        case (.instagramLogin, .instagram):
            return subscriptions[SubscriptionKey(app: .instagram, asset: account.id)] != nil
        case (.facebookPage, _):
            guard let page = account.pageID,
                let fields = subscriptions[SubscriptionKey(app: .facebook, asset: page)]
            else { return false }
            // Instagram follows the app's list alone; the Page's own inbox also follows the Page's choice.
            return channel == .instagram || fields.contains(field)
        }
    }

    /// Draws whether a fault strikes this account in this flow.
    mutating func strike(
        _ name: FaultName, _ accountID: String?, _ flow: SandboxFlow, operation: String? = nil
    ) -> FaultRule? {
        faults.strike(name, accountID: accountID, flow: flow, operation: operation, random: &random)
    }

    /// Announces a person's message, in the shapes that the faults ask for.
    mutating func publishMessage(_ index: Int) {
        let message = messages[index]
        guard let account = account(message.thread.accountID) else { return }
        let channel = message.thread.channel
        for flow in SandboxFlow.allCases {
            guard let item = messageItem(index, flow) else { continue }
            // Only Instagram's edits stand for messages.
            guard channel == .instagram else {
                publish(item, field: "messages", for: account, channel, flow: flow)
                continue
            }
            let edit = editField(channel)
            // An app without `messages` ticked gets only the edit: the case that looks like Meta's fault and is not.
            if !listens(flow, to: account, channel, field: "messages")
                || strike(.senderlessEditOnly, account.id, flow) != nil
            {
                publish(senderlessEdit(index, flow), field: edit, for: account, channel, flow: flow)
            } else if let rule = strike(.editBeforeMessage, account.id, flow) {
                let gap = rule.milliseconds ?? 0
                publish(senderlessEdit(index, flow), field: edit, for: account, channel, flow: flow)
                publish(item, field: "messages", for: account, channel, flow: flow, delay: gap)
            } else {
                publish(item, field: "messages", for: account, channel, flow: flow)
                if let rule = strike(.senderlessEditWithMessage, account.id, flow) {
                    let gap = rule.milliseconds ?? 0
                    publish(senderlessEdit(index, flow), field: edit, for: account, channel, flow: flow, delay: gap)
                } else if let rule = strike(.editWithSender, account.id, flow) {
                    let gap = rule.milliseconds ?? 0
                    let noise = editItem(index, flow, text: nil)
                    publish(noise, field: edit, for: account, channel, flow: flow, delay: gap)
                }
            }
        }
    }

    /// Announces what the account wrote.
    /// - Parameter through: the app that sent it; `nil` where a person wrote in Meta's own app.
    /// - Returns: the queued items' numbers.
    mutating func publishEcho(_ index: Int, through sender: SandboxFlow?, delay: Int64) -> [Int] {
        let message = messages[index]
        guard let account = account(message.thread.accountID) else { return [] }
        let channel = message.thread.channel
        let field = channel == .instagram ? "messages" : "message_echoes"
        return SandboxFlow.allCases.compactMap { flow in
            guard let item = echoItem(index, flow, sentBy: sender) else { return nil }
            return publish(item, field: field, for: account, channel, flow: flow, delay: delay)
        }
    }

    /// Announces a real edit.
    mutating func publishEdit(_ index: Int) {
        eachFlow(of: index) { world, account, channel, flow in
            let item = world.editItem(index, flow, text: world.messages[index].content.text)
            world.publish(item, field: world.editField(channel), for: account, channel, flow: flow)
        }
    }

    /// Announces that a message was taken back.
    mutating func publishUnsend(_ index: Int) {
        eachFlow(of: index) { world, account, channel, flow in
            let mid = world.messages[index].mids[flow] ?? ""
            let item = world.item(
                index, flow, kind: "message", ["mid": .string(mid), "is_deleted": true], at: world.moment.world)
            world.publish(item, field: "messages", for: account, channel, flow: flow)
        }
    }

    /// Announces a reaction; no emoji takes it back.
    mutating func publishReaction(_ index: Int, emoji: String?) {
        eachFlow(of: index) { world, account, channel, flow in
            var members: JSONObject = [
                "mid": .string(world.messages[index].mids[flow] ?? ""),
                "action": emoji == nil ? "unreact" : "react",
            ]
            if let emoji {
                members["reaction"] = emoji == "\u{2764}\u{FE0F}" ? "love" : "other"
                members["emoji"] = .string(emoji)
            }
            let item = world.item(index, flow, kind: "reaction", members, at: world.moment.world)
            world.publish(item, field: "message_reactions", for: account, channel, flow: flow)
        }
    }

    /// Announces that the person has read a message.
    mutating func publishRead(_ index: Int) {
        eachFlow(of: index) { world, account, channel, flow in
            let now = world.moment.world
            if channel == .messenger {
                let members: JSONObject = ["watermark": .integer(world.messages[index].millis)]
                let item = world.item(index, flow, kind: "read", members, at: now)
                world.publish(item, field: "message_reads", for: account, channel, flow: flow)
                return
            }
            let read: JSONValue = ["mid": .string(world.messages[index].mids[flow] ?? "")]
            let isBare = world.strike(.senderlessRead, account.id, flow) != nil
            let item: JSONValue =
                isBare
                ? ["timestamp": .integer(now), "read": read]
                : world.item(index, flow, kind: "read", read.object ?? [:], at: now)
            world.publish(item, field: "messaging_seen", for: account, channel, flow: flow)
        }
    }

    /// Announces a pressed button.
    mutating func publishPostback(_ index: Int) {
        eachFlow(of: index) { world, account, channel, flow in
            let message = world.messages[index]
            let members: JSONObject = [
                "mid": .string(message.mids[flow] ?? ""), "title": .string(message.content.text ?? ""),
                "payload": .string(message.content.payload ?? ""),
            ]
            let item = world.item(index, flow, kind: "postback", members, at: message.millis)
            world.publish(item, field: "messaging_postbacks", for: account, channel, flow: flow)
        }
    }

    private func editField(_ channel: Channel) -> String {
        channel == .instagram ? "message_edit" : "message_edits"
    }

    private mutating func eachFlow(
        of index: Int, _ body: (inout SandboxWorld, SandboxAccount, Channel, SandboxFlow) -> Void
    ) {
        let message = messages[index]
        guard let account = account(message.thread.accountID) else { return }
        for flow in SandboxFlow.allCases where message.mids[flow] != nil {
            body(&self, account, message.thread.channel, flow)
        }
    }
}
