internal import Integrations

/// What a person wrote, with every id that somebody may ask for.
public struct WrittenMessage: Sendable, Hashable {
    /// The account's `instagram_page_id`.
    public var account: String
    /// The person's user name.
    public var person: String
    /// The message's id in each flow; equal unless the account's flows differ.
    public var mids: [SandboxFlow: String]
    /// The conversation's id in each flow.
    public var threads: [SandboxFlow: String]
    /// The person's id in each flow: IGSID, or PSID on Messenger.
    public var senders: [SandboxFlow: String]
    /// Creation time, world time in milliseconds.
    public var at: Int64

    /// The message's id in Instagram Login, or on Messenger the only one.
    public var mid: String { mids[.instagramLogin] ?? mids[.facebookPage] ?? "" }
}

/// Why a control call cannot be carried out.
public struct ControlError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with the call.
    public var description: String

    init(_ description: String) { self.description = description }
}

extension SandboxWorld {
    /// A person writes to an account: stored, and announced to every app that is subscribed.
    mutating func write(
        _ content: SandboxContent, from person: String, to name: String, on channel: Channel
    ) throws(ControlError) -> WrittenMessage {
        let key = try threadKey(account: name, person: person, channel)
        let index = store(content, in: key, isInbound: true)
        publishMessage(index)
        mirror(index)
        return written(index)
    }

    /// The practice's own person answers in the app: an echo that no send of the service stands behind.
    mutating func replyByHand(
        _ content: SandboxContent, to person: String, from name: String, on channel: Channel
    ) throws(ControlError) -> WrittenMessage {
        let key = try threadKey(account: name, person: person, channel)
        let index = store(content, in: key, isInbound: false)
        _ = publishEcho(index, through: nil, delay: 0)
        mirror(index)
        return written(index)
    }

    /// The person edits a message: a `message_edit` with its text and a count of at least 1.
    mutating func edit(mid: String?, text: String, account: String, person: String, _ channel: Channel)
        throws(ControlError) -> WrittenMessage
    {
        let index = try find(mid: mid, account: account, person: person, channel)
        messages[index].content.text = text
        messages[index].editCount += 1
        publishEdit(index)
        return written(index)
    }

    /// The person takes a message back.
    mutating func unsend(mid: String?, account: String, person: String, _ channel: Channel)
        throws(ControlError) -> WrittenMessage
    {
        let index = try find(mid: mid, account: account, person: person, channel)
        messages[index].isDeleted = true
        publishUnsend(index)
        return written(index)
    }

    /// The person reacts to a message, or takes the reaction back.
    mutating func react(
        mid: String?, emoji: String?, account: String, person: String, _ channel: Channel
    ) throws(ControlError) -> WrittenMessage {
        let index = try find(mid: mid, account: account, person: person, channel)
        publishReaction(index, emoji: emoji)
        return written(index)
    }

    /// The person has read the account's newest message (or the given one).
    mutating func read(mid: String?, account: String, person: String, _ channel: Channel)
        throws(ControlError) -> WrittenMessage
    {
        let key = try threadKey(account: account, person: person, channel)
        let newest = newestMessage(in: key) { !$0.isInbound } ?? newestMessage(in: key) { _ in true }
        guard let index = mid.flatMap({ messagesByMid[MidKey(accountID: key.accountID, mid: $0)] }) ?? newest else {
            throw ControlError("there is nothing to read in this thread")
        }
        publishRead(index)
        return written(index)
    }

    /// The person presses a button or ice breaker.
    mutating func postback(title: String, payload: String, account: String, person: String, _ channel: Channel)
        throws(ControlError) -> WrittenMessage
    {
        let key = try threadKey(account: account, person: person, channel)
        let index = store(SandboxContent(text: title, kind: "postback", payload: payload), in: key, isInbound: true)
        publishPostback(index)
        return written(index)
    }

    /// All ids of a stored message.
    mutating func written(_ index: Int) -> WrittenMessage {
        let message = messages[index]
        let key = message.thread
        let thread = openThread(key)
        var result = WrittenMessage(
            account: key.accountID, person: key.person, mids: message.mids, threads: [:], senders: [:],
            at: message.millis)
        guard let account = account(key.accountID) else { return result }
        for flow in message.mids.keys {
            result.threads[flow] = conversationID(thread, key, flow)
            result.senders[flow] = scopedID(of: key.person, for: account, key.channel, flow)
        }
        return result
    }

    /// Names the thread that a control call means; the person is made if new.
    mutating func threadKey(account name: String, person: String, _ channel: Channel)
        throws(ControlError) -> ThreadKey
    {
        guard let account = account(name) else { throw ControlError("no such account: \(name)") }
        guard channel == .instagram || account.pageID != nil else {
            throw ControlError("\(name) has no Page, so nobody can write to it on Messenger")
        }
        guard !person.isEmpty, person != account.username else { throw ControlError("a person is needed") }
        return ThreadKey(accountID: account.id, person: addPerson(person).username, channel: channel)
    }

    private mutating func find(mid: String?, account: String, person: String, _ channel: Channel)
        throws(ControlError) -> Int
    {
        let key = try threadKey(account: account, person: person, channel)
        let newest = newestMessage(in: key) { $0.isInbound && !$0.isDeleted }
        guard let index = mid.map({ messagesByMid[MidKey(accountID: key.accountID, mid: $0)] }) ?? newest else {
            throw ControlError("no such message in this thread")
        }
        return index
    }

    /// Where the other side is a connected account itself, it gets the message too: equal thread and item, its own
    /// account part, the direction turned round.
    mutating func mirror(_ index: Int) {
        let message = messages[index]
        guard message.thread.channel == .instagram, let account = account(message.thread.accountID),
            let other = person(named: message.thread.person)?.accountID
        else { return }
        let person = addPerson(account.username)
        let key = ThreadKey(accountID: other, person: person.username, channel: .instagram)
        let copy = store(message.content, in: key, isInbound: !message.isInbound, micros: message.micros)
        if message.isInbound {
            _ = publishEcho(copy, through: nil, delay: 0)
        } else {
            publishMessage(copy)
        }
    }
}
