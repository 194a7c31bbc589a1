internal import Integrations
internal import Storage
internal import Tenancy

/// Decides what becomes of one event. It runs inside the event's transaction and does no I/O of its own: where Meta must
/// be asked for the sender it says so, and is called again with the answer.
struct EventProcessor: Sendable {
    let settings: PipelineSettings
    let store: TenancyStore
    /// Keys of the system tenant: digests of threads that two connected accounts share are made under them.
    let systemKeys: TenantKeys
    /// Whether many accounts of a connection's app fail at once.
    let isMetaFailing: @Sendable (Connection) -> Bool
    /// Whether an id is that of a connected account, whosever: no such id is ever a patient's.
    let isAccount: @Sendable (String) -> Bool
    /// Until when Meta is to be left alone for a connection; `nil` where it may be asked.
    let pausedUntil: @Sendable (Connection) -> Timestamp?

    /// What is to be done with the event now.
    enum Step: Sendable {
        case settled(EventVerdict)
        /// Ask Meta who wrote, then call again.
        case lookUp(ProcessedItem, ConnectionID)
    }

    /// How long a look-up may take before the event is due again by itself.
    static let lookupLease = 60
    /// Seconds for those beyond: an account may be asked twice a second, so that those who wait take as long.
    static let lookupTurn = WaitingLookups.limitPerTenant / 2

    /// - Parameters:
    ///   - item: the event as it was read.
    ///   - tenant: as it is now.
    ///   - lookup: what Meta said, in the second call.
    func process(
        _ item: ProcessedItem, tenant: Tenant, lookup: LookupResult?, rows: TenantRows, now: Timestamp
    ) throws -> Step {
        let isShared = try joinThread(item, rows: rows, now: now)
        guard let connection = try rows.connection(answeringFor: item.event.accountID), connection.state.answers else {
            return .settled(EventVerdict(.parked, .connectionNotActive))
        }
        try rows.noteWebhook(connection.id, receivedAt: item.event.receivedAt)
        let work = EventWork(
            processor: self, item: item, tenant: tenant, connection: connection,
            check: SenderCheck(connection, item.event, isAccount: isAccount), isSharedThread: isShared, rows: rows,
            now: now)
        return try work.step(lookup)
    }

    /// Notes that the account takes part in the item's thread; also while the connection cannot answer, since the other
    /// side may.
    /// - Returns: whether another connected account takes part too: two machines would answer each other for ever.
    private func joinThread(_ item: ProcessedItem, rows: TenantRows, now: Timestamp) throws -> Bool {
        guard let decoded = item.decoded else { return false }
        return try rows.joinThread(systemKeys.sharedThread(decoded), account: decoded.account, now: now)
    }
}

/// One event being processed in one transaction.
struct EventWork {
    let processor: EventProcessor
    let item: ProcessedItem
    let tenant: Tenant
    let connection: Connection
    let check: SenderCheck
    /// Both ends of the item's thread are connected accounts.
    let isSharedThread: Bool
    let rows: TenantRows
    let now: Timestamp

    var settings: PipelineSettings { processor.settings }
    /// The id that the conversation hangs on, whichever alias the webhook named.
    var accountID: String { connection.accountID(for: item.channel) }
    var ownIDs: Set<String> { check.ownIDs }
    var payload: PayloadRung { PayloadRung(check: check) }
    var store: MessageStoreRung { MessageStoreRung(rows: rows, connection: connection, check: check) }

    func makeID() -> Identifier { processor.store.makeID(now: now, of: Event.self).raw }

    func step(_ lookup: LookupResult?) throws -> EventProcessor.Step {
        let webhook = item.item
        if webhook.isTestDelivery { return done(.testDelivery) }
        switch webhook.kind {
        case .echo:
            return try echo(from: nil)
        case .message, .postback:
            return try isOwn ? echo(from: nil) : inbound(lookup)
        case .edit:
            return try edit(lookup)
        case .unsend:
            return try unsend()
        case .standby:
            return try standby()
        case .optin:
            try optIn()
            return done(.recorded)
        case .read, .reaction:
            try learnThread()
            return done(.recorded)
        case .delivery, .referral, .handover, .comment, .mention:
            return done(.recorded)
        case .other:
            return done(.unrecognised)
        }
    }

    func done(_ reason: Event.Reason, strategy: SenderStrategy? = nil, igsid: String? = nil) -> EventProcessor.Step {
        .settled(EventVerdict(.done, reason, strategy: strategy?.rawValue, igsid: igsid))
    }

    /// Settles an event about a message that was recorded before. Where the event names nobody, the record is its
    /// evidence.
    func done(_ reason: Event.Reason, seen message: Message) throws -> EventProcessor.Step {
        guard item.item.senderID == nil, let evidence = try store.evidence(of: message) else { return done(reason) }
        return done(reason, strategy: evidence.strategy, igsid: evidence.from)
    }

    /// The account itself wrote it, whether or not Meta marked it as an echo.
    var isOwn: Bool {
        if item.item.isSelf || item.item.isEcho { return true }
        return item.item.senderID.map(ownIDs.contains) ?? false
    }

    /// The sender that the payload names, if a reply could ever go there.
    var payloadSender: String? { payload.evidence(for: item)?.from }

    /// A later event of a thread names its peer: that is evidence for the earlier ones.
    func learnThread() throws {
        guard let thread = item.thread, try rows.correspondence(ofThread: thread) == nil else { return }
        let peer = payloadSender ?? (isOwn ? item.item.recipientID : nil)
        guard let peer, check.admits(peer) else { return }
        _ = try rows.correspond(claim(peer), now: now, makeID: makeID)
    }

    func claim(_ igsid: String, username: String? = nil) -> PatientClaim {
        PatientClaim(
            accountID: accountID, flow: item.flow, channel: item.channel, igsid: igsid, thread: item.thread,
            username: username)
    }

    func unsend() throws -> EventProcessor.Step {
        let takenBack = Timestamp(milliseconds: item.item.timestamp ?? now.milliseconds)
        if let message = try rows.message(mid: item.mid) {
            try rows.unsend(message.id, at: takenBack)
            if let reply = try rows.automatedReply(to: message.id) {
                try rows.move(
                    reply.id, from: [.composing, .queued, .held], to: .cancelled, reason: .unsentByPatient, dueAt: nil,
                    now: now)
            }
            return done(.recorded)
        }
        // It came before its message: a stone in its place, so that the message is not answered when it comes.
        if let sender = payloadSender {
            let place = try rows.correspond(claim(sender), now: now, makeID: makeID)
            try rows.insert(message(in: place.conversation, author: .patient, text: nil, deletedAt: takenBack))
        }
        return done(.recorded)
    }

    private func optIn() throws {
        guard let action = item.item.optinAction, let sender = payloadSender else { return }
        let place = try rows.correspond(claim(sender), now: now, makeID: makeID)
        try rows.setOptedOut(action.uppercased().hasPrefix("STOP"), of: place.conversation.id)
    }

    /// The event's message, ready to be recorded.
    func message(
        in conversation: Conversation, author: Message.Author, text: String?, kind: String? = nil,
        deletedAt: Timestamp? = nil
    ) -> NewMessage {
        NewMessage(
            id: MessageID(makeID()), conversationID: conversation.id,
            direction: author == .patient ? .inbound : .outbound, author: author, flow: item.flow,
            kind: kind ?? item.contentKind, mid: item.mid, item: item.itemKey, text: text, sentAt: item.sentAt,
            receivedAt: item.event.receivedAt, eventID: item.event.id, deletedAt: deletedAt)
    }
}

extension TenantKeys {
    /// A digest of a thread that is the same for every account that sees it.
    func sharedThread(_ mid: InstagramMessageID) -> [UInt8] {
        digest("shared-thread", String(mid.thread))
    }
}
