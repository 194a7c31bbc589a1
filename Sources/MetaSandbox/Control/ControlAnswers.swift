public import Integrations

/// The control API's JSON.
enum ControlAnswers {
    static func account(_ connected: ConnectedAccount) -> JSONValue {
        var tokens = JSONObject()
        for (flow, token) in connected.tokens { tokens[flow.rawValue] = .string(token) }
        var members: JSONObject = [
            "id": .string(connected.account.id), "instagram_page_id": .string(connected.account.id),
            "app_scoped_id": .string(connected.account.appScopedID),
            "username": .string(connected.account.username), "name": .string(connected.account.name),
            "tokens": .object(tokens),
        ]
        if let page = connected.page { members["page"] = self.page(page) }
        return .object(members)
    }

    static func page(_ page: SandboxPage) -> JSONValue {
        ["id": .string(page.id), "name": .string(page.name), "owner": .string(page.owner)]
    }

    static func person(_ person: SandboxPerson) -> JSONValue {
        ["username": .string(person.username), "name": .string(person.name), "blocked": .bool(person.isBlocking)]
    }

    static func written(_ message: WrittenMessage) -> JSONValue {
        func byFlow(_ values: [SandboxFlow: String]) -> JSONValue {
            var members = JSONObject()
            for flow in SandboxFlow.allCases { members[flow.rawValue] = values[flow].map { .string($0) } }
            return .object(members)
        }
        let thread = message.threads[.instagramLogin] ?? message.threads[.facebookPage] ?? ""
        return [
            "account": .string(message.account), "person": .string(message.person), "mid": .string(message.mid),
            "thread": .string(thread), "mids": byFlow(message.mids), "threads": byFlow(message.threads),
            "sender_ids": byFlow(message.senders), "at": .integer(message.at),
        ]
    }

    static func send(_ send: AcceptedSend) -> JSONValue {
        [
            "seq": .integer(Int64(send.seq)), "at": .integer(send.at), "account": .string(send.account),
            "flow": .string(send.flow.rawValue), "channel": .string(send.channel.rawValue),
            "recipient": .string(send.recipient), "person": .string(send.person), "text": .string(send.text),
            "mid": .string(send.mid), "thread": .string(send.thread),
        ]
    }

    static func delivery(_ record: DeliveryRecord) -> JSONValue {
        [
            "id": .integer(Int64(record.id)), "app": .string(record.app.rawValue),
            "accounts": .array(record.accounts.map { .string($0) }), "items": .integer(Int64(record.items)),
            "state": .string(record.state.rawValue),
            "statuses": .array(record.statuses.map { .integer(Int64($0)) }),
            "attempted_at": .array(record.attemptedAt.map { .integer($0) }),
            "body": .string(String(decoding: record.body, as: UTF8.self)),
        ]
    }

    static func fault(_ rule: FaultRule) -> JSONValue {
        var members: JSONObject = [
            "id": .integer(Int64(rule.id)), "name": .string(rule.name.rawValue), "share": .real(rule.share),
        ]
        members["account"] = rule.accountID.map { .string($0) }
        members["flow"] = rule.flow.map { .string($0.rawValue) }
        members["operation"] = rule.operation.map { .string($0) }
        members["remaining"] = rule.remaining.map { .integer(Int64($0)) }
        members["milliseconds"] = rule.milliseconds.map { .integer($0) }
        return .object(members)
    }

    static func posted(_ posted: PostedBody) -> JSONValue {
        ["status": .integer(Int64(posted.status)), "answer": .string(String(decoding: posted.answer, as: UTF8.self))]
    }
}

extension SandboxWorld {
    /// A thread as the pages and the control API show it, oldest first.
    mutating func transcript(account name: String, person: String, _ channel: Channel) -> [ThreadLine] {
        guard let account = account(name) else { return [] }
        let key = ThreadKey(accountID: account.id, person: person, channel: channel)
        return (threads[key]?.messages ?? []).map { index in
            let message = messages[index]
            return ThreadLine(
                isInbound: message.isInbound, text: message.content.text, kind: message.content.kind,
                mid: message.mids[.instagramLogin] ?? message.mids[.facebookPage] ?? "", at: message.millis,
                editCount: message.editCount, isDeleted: message.isDeleted, sentThrough: message.sentThrough)
        }
    }
}

/// One message of a thread, for showing.
public struct ThreadLine: Sendable, Hashable {
    /// Whether the person wrote it.
    public var isInbound: Bool
    /// Its text.
    public var text: String?
    /// What it consists of.
    public var kind: String
    /// Its id; that of Instagram Login where the flows differ.
    public var mid: String
    /// World time, milliseconds.
    public var at: Int64
    /// How often it was edited.
    public var editCount: Int
    /// Whether it was taken back.
    public var isDeleted: Bool
    /// The flow through which the service sent it; `nil` for what people wrote.
    public var sentThrough: SandboxFlow?

    var json: JSONValue {
        var members: JSONObject = [
            "direction": isInbound ? "inbound" : "outbound", "kind": .string(kind), "mid": .string(mid),
            "at": .integer(at), "edits": .integer(Int64(editCount)), "deleted": .bool(isDeleted),
        ]
        members["text"] = text.map { .string($0) }
        members["flow"] = sentThrough.map { .string($0.rawValue) }
        return .object(members)
    }
}

extension SandboxControl {
    /// A thread, oldest message first.
    public func messages(account: String, person: String, on channel: Channel = .instagram) -> [ThreadLine] {
        apply { $0.transcript(account: account, person: person, channel) }
    }
}
