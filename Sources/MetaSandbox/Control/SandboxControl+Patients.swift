public import Integrations

extension SandboxControl {
    /// A person writes.
    /// - Parameters:
    ///   - person: user name; made if new. An account's user name lets that account write.
    ///   - account: user name or any id.
    @discardableResult
    public func write(
        _ content: SandboxContent, from person: String, to account: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.write(content, from: person, to: account, on: channel)
        }
    }

    /// Several people write the same, at one moment; see ``write(_:from:to:on:)``. The first that cannot ends it.
    func write(
        _ content: SandboxContent, from persons: [String], to account: String, on channel: Channel
    ) throws(ControlError) -> [WrittenMessage] {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            var written: [WrittenMessage] = []
            for person in persons {
                written.append(try world.write(content, from: person, to: account, on: channel))
            }
            return written
        }
    }

    /// The practice's own person answers in Meta's app.
    @discardableResult
    public func replyByHand(
        _ content: SandboxContent, to person: String, from account: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.replyByHand(content, to: person, from: account, on: channel)
        }
    }

    /// The person edits a message.
    /// - Parameter mid: `nil` is the person's newest.
    @discardableResult
    public func edit(
        mid: String? = nil, text: String, account: String, person: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.edit(mid: mid, text: text, account: account, person: person, channel)
        }
    }

    /// The person takes a message back.
    @discardableResult
    public func unsend(
        mid: String? = nil, account: String, person: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.unsend(mid: mid, account: account, person: person, channel)
        }
    }

    /// The person reacts.
    /// - Parameter emoji: `nil` takes the reaction back.
    @discardableResult
    public func react(
        mid: String? = nil, emoji: String?, account: String, person: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.react(mid: mid, emoji: emoji, account: account, person: person, channel)
        }
    }

    /// The person reads.
    @discardableResult
    public func read(
        mid: String? = nil, account: String, person: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.read(mid: mid, account: account, person: person, channel)
        }
    }

    /// The person presses a button.
    @discardableResult
    public func postback(
        title: String, payload: String, account: String, person: String, on channel: Channel = .instagram
    ) throws(ControlError) -> WrittenMessage {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.postback(title: title, payload: payload, account: account, person: person, channel)
        }
    }

    /// What the service sent and Meta accepted, oldest first.
    /// - Parameters:
    ///   - account: user name or any id; `nil` is all.
    ///   - person: user name; `nil` is everybody.
    public func sends(account: String? = nil, person: String? = nil) -> [AcceptedSend] {
        apply { $0.acceptedSends(account: account, person: person) }
    }

    /// Every delivery that is remembered, oldest first.
    public var deliveries: [DeliveryRecord] {
        apply { $0.queue.records.values.sorted { $0.id < $1.id } }
    }

    /// How many deliveries are still to be made, under way, or waiting for a retry.
    public var openDeliveries: Int { apply { $0.queue.openCount } }

    /// Delivers old bytes again.
    /// - Returns: the new delivery's id.
    @discardableResult
    public func redeliver(_ id: Int) throws(ControlError) -> Int {
        try apply { (world: inout SandboxWorld) throws(ControlError) in
            guard let record = world.queue.records[id] else { throw ControlError("no such delivery") }
            return world.queue.append(
                record.body, app: record.app, lane: "redelivery \(id)", accounts: record.accounts, world.moment)
        }
    }

    /// Makes every waiting retry due now.
    public func hurryRetries() {
        apply { $0.queue.hurryRetries() }
    }
}
