public import Storage

/// Where an inbound or outbound message belongs: its conversation and the address it was seen with.
public struct Correspondence: Sendable, Hashable {
    /// As it was when it was looked up; recording a message does not change it here.
    public var conversation: Conversation
    /// `nil` where the message names no address of this flow.
    public var address: Address?
    /// The conversation did not exist before.
    public var isNew: Bool
}

/// Everything that identifies a patient in one message.
public struct PatientClaim: Sendable {
    /// The account's id under which webhooks of the channel arrive, even if this one named an alias.
    public var accountID: String
    /// The flow through which it came.
    public var flow: Flow
    /// Instagram or Messenger.
    public var channel: Channel
    /// Scoped id of the patient, learned through ``flow``.
    public var igsid: String
    /// Key of the thread: account and thread number of the mid, where it has one.
    public var thread: [String]?
    /// User name, where the evidence told it.
    public var username: String?

    /// Memberwise.
    public init(
        accountID: String, flow: Flow, channel: Channel, igsid: String, thread: [String]?, username: String? = nil
    ) {
        self.accountID = accountID
        self.flow = flow
        self.channel = channel
        self.igsid = igsid
        self.thread = thread
        self.username = username
    }
}

extension TenantRows {
    static let conversationColumns = """
        id, patient_id, account_id, channel, automation, paused_until, opted_out, last_message_at, last_inbound_at,
        created_at
        """

    private func conversation(_ row: SQLRow?) throws -> Conversation? {
        guard var columns = row?.columns else { return nil }
        return try Conversation(&columns)
    }

    /// One conversation.
    public func conversation(_ id: ConversationID) throws -> Conversation? {
        try conversation(
            try transaction.first(
                "SELECT \(Self.conversationColumns) FROM conversations WHERE tenant_id = ?1 AND id = ?2",
                [tenantValue, .id(id.raw)]))
    }

    /// The conversation of a thread whose peer is known, and the address that it was learned with.
    public func correspondence(ofThread thread: [String]) throws -> Correspondence? {
        guard
            let row = try transaction.first(
                "SELECT conversation_id, address_id FROM threads WHERE tenant_id = ?1 AND digest = ?2",
                [tenantValue, .blob(threadDigest(thread))])
        else { return nil }
        var columns = row.columns
        guard let conversation = try conversation(ConversationID(try columns.id())) else { return nil }
        return Correspondence(
            conversation: conversation, address: try address(AddressID(try columns.id())), isNew: false)
    }

    /// The conversation with a patient who is already known under this very address.
    public func correspondence(with claim: PatientClaim) throws -> Correspondence? {
        guard let address = try address(claim) else { return nil }
        let found = try conversation(
            try transaction.first(
                """
                SELECT \(Self.conversationColumns) FROM conversations
                WHERE tenant_id = ?1 AND account_id = ?2 AND channel = ?3 AND patient_id = ?4
                """,
                [tenantValue, .text(claim.accountID), .text(claim.channel.rawValue), .id(address.patientID.raw)]))
        return found.map { Correspondence(conversation: $0, address: address, isNew: false) }
    }

    /// Finds or creates patient, address, conversation and thread of a message whose sender is known.
    ///
    /// Two addresses are one patient only where one thread or, through `known`, one mid was seen with both.
    /// - Parameters:
    ///   - known: the conversation that the very same message was recorded in before, where it was.
    ///   - makeID: fresh ids.
    public func correspond(
        _ claim: PatientClaim, known: Conversation? = nil, now: Timestamp, makeID: () -> Identifier
    ) throws -> Correspondence {
        var address = try address(claim)
        let byThread = try claim.thread.flatMap { try correspondence(ofThread: $0) }
        let witness = byThread?.conversation ?? known
        let patient: PatientID
        if let address {
            patient = address.patientID
        } else {
            patient = try witness?.patientID ?? insertPatient(now: now, id: makeID())
            address = try insertAddress(claim, of: patient, now: now, id: makeID())
            if witness != nil { try requeueReplies(awaitingAddressOf: patient, now: now) }
            if byThread != nil, let thread = claim.thread { try wakeEvents(ofThread: thread, now: now) }
        }
        if let username = claim.username { try learnUsername(username, of: patient) }
        let existing = try conversation(
            try transaction.first(
                """
                SELECT \(Self.conversationColumns) FROM conversations
                WHERE tenant_id = ?1 AND account_id = ?2 AND channel = ?3 AND patient_id = ?4
                """,
                [tenantValue, .text(claim.accountID), .text(claim.channel.rawValue), .id(patient.raw)]))
        let conversation: Conversation
        if let existing {
            conversation = existing
        } else {
            conversation = Conversation(
                id: ConversationID(makeID()), patientID: patient, accountID: claim.accountID, channel: claim.channel,
                createdAt: now)
            try insert(conversation)
        }
        if byThread == nil, let thread = claim.thread, let address {
            try insertThread(thread, conversation: conversation.id, address: address.id, id: makeID())
            try wakeEvents(ofThread: thread, now: now)
        }
        return Correspondence(conversation: conversation, address: address, isNew: existing == nil)
    }

    private func insert(_ conversation: Conversation) throws {
        try transaction.execute(
            """
            INSERT INTO conversations (
                tenant_id, id, patient_id, account_id, channel, automation, opted_out, created_at
            ) VALUES (?1, ?2, ?3, ?4, ?5, 'on', 0, ?6)
            """,
            [
                tenantValue, .id(conversation.id.raw), .id(conversation.patientID.raw), .text(conversation.accountID),
                .text(conversation.channel.rawValue), .integer(conversation.createdAt.milliseconds),
            ])
    }

    private func insertThread(
        _ thread: [String], conversation: ConversationID, address: AddressID, id: Identifier
    ) throws {
        try transaction.execute(
            """
            INSERT INTO threads (tenant_id, id, digest, conversation_id, address_id) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO NOTHING
            """,
            [tenantValue, .id(id), .blob(threadDigest(thread)), .id(conversation.raw), .id(address.raw)])
    }

    /// Notes that a message came or went.
    public func touch(_ id: ConversationID, inbound: Bool, at moment: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE conversations SET
                last_message_at = CASE WHEN COALESCE(last_message_at, 0) < ?3 THEN ?3 ELSE last_message_at END,
                last_inbound_at = CASE WHEN ?4 = 1 AND COALESCE(last_inbound_at, 0) < ?3 THEN ?3
                    ELSE last_inbound_at END
            WHERE tenant_id = ?1 AND id = ?2
            """,
            [tenantValue, .id(id.raw), .integer(moment.milliseconds), .flag(inbound)])
    }

    /// Turns the machine on or off in one conversation.
    /// - Parameter until: when it comes back by itself; `nil` for never.
    @discardableResult
    public func setAutomation(
        _ automation: Tenant.Automation, until: Timestamp?, of id: ConversationID
    ) throws -> Bool {
        try transaction.execute(
            "UPDATE conversations SET automation = ?3, paused_until = ?4 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw), .text(automation.rawValue), .integer(until?.milliseconds)]) == 1
    }

    /// The patient asked for silence, or took it back.
    public func setOptedOut(_ optedOut: Bool, of id: ConversationID) throws {
        try transaction.execute(
            "UPDATE conversations SET opted_out = ?3 WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw), .flag(optedOut)])
    }

    /// Notes that an account takes part in a thread.
    /// - Parameter digest: the same for every viewer of the thread, so made under the system tenant's key.
    /// - Returns: whether another connected account takes part too: then both ends are ours, and nobody answers.
    public func joinThread(_ digest: [UInt8], account: String, now: Timestamp) throws -> Bool {
        try transaction.execute(
            "INSERT INTO account_threads (digest, account_id, seen_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            [.blob(digest), .text(account), .integer(now.milliseconds)])
        return try transaction.first(
            "SELECT 1 FROM account_threads WHERE digest = ?1 AND account_id <> ?2", [.blob(digest), .text(account)])
            != nil
    }
}

extension Conversation {
    init(_ columns: inout SQLRow.Columns) throws {
        self.init(
            id: ConversationID(try columns.id()), patientID: PatientID(try columns.id()),
            accountID: try columns.text(), channel: try Channel(stored: try columns.text()),
            createdAt: Timestamp(milliseconds: 0))
        automation = Tenant.Automation(rawValue: try columns.text()) ?? .paused
        pausedUntil = try columns.optionalInteger().map(Timestamp.init(milliseconds:))
        optedOut = try columns.flag()
        lastMessageAt = try columns.optionalInteger().map(Timestamp.init(milliseconds:))
        lastInboundAt = try columns.optionalInteger().map(Timestamp.init(milliseconds:))
        createdAt = Timestamp(milliseconds: try columns.integer())
    }
}

extension Channel {
    init(stored text: String) throws {
        guard let channel = Channel(rawValue: text) else { throw StorageError(.schema, "unknown channel") }
        self = channel
    }
}
