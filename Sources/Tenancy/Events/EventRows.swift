internal import Storage

/// What processing made of an event.
public struct EventVerdict: Sendable, Hashable {
    /// Where the event stands now.
    public var state: Event.State
    /// Why.
    public var reason: Event.Reason?
    /// When it is looked at again.
    public var dueAt: Timestamp?
    /// How the sender was established; `nil` keeps what was known.
    public var strategy: String?
    /// Who wrote, in clear; sealed when stored and never logged. `nil` keeps what was known.
    public var igsid: String?
    /// Counts an attempt to find the sender.
    public var countsAttempt: Bool

    /// Memberwise.
    public init(
        _ state: Event.State, _ reason: Event.Reason?, dueAt: Timestamp? = nil, strategy: String? = nil,
        igsid: String? = nil, countsAttempt: Bool = false
    ) {
        self.state = state
        self.reason = reason
        self.dueAt = dueAt
        self.strategy = strategy
        self.igsid = igsid
        self.countsAttempt = countsAttempt
    }
}

/// What the payload told, kept beside it for lists and look-ups.
public struct EventDigest: Sendable, Hashable {
    /// What the item is, such as `message` or `edit`.
    public var kind: String
    /// Meta's id of the message it is about; `nil` where the item names none.
    public var mid: String?
    /// Key of the thread that the mid names: account and thread.
    public var thread: [String]?
    /// JSON of the six `payload_structure` fields.
    public var structure: String

    /// Memberwise.
    public init(kind: String, mid: String?, thread: [String]?, structure: String) {
        self.kind = kind
        self.mid = mid
        self.thread = thread
        self.structure = structure
    }
}

extension GlobalRows {
    static let eventColumns = """
        tenant_id, id, received_at, app, object, account_id, container, siblings, deliveries, state, reason, kind, mid,
        strategy, structure, attempts, due_at
        """
}

extension Event {
    init(_ columns: inout SQLRow.Columns) throws {
        self.init(
            id: EventID(Identifier(high: 0, low: 0)), tenantID: TenantID(try columns.id()),
            receivedAt: Timestamp(milliseconds: 0),
            app: "", object: "", accountID: "", container: "", siblings: 0, dueAt: nil)
        id = EventID(try columns.id())
        receivedAt = Timestamp(milliseconds: try columns.integer())
        app = try columns.text()
        object = try columns.text()
        accountID = try columns.text()
        container = try columns.text()
        siblings = try columns.count()
        deliveries = try columns.count()
        guard let state = Event.State(rawValue: try columns.text()) else { throw StorageError(.schema, "event state") }
        self.state = state
        reason = try columns.optionalText().flatMap(Event.Reason.init(rawValue:))
        kind = try columns.optionalText()
        mid = try columns.optionalText()
        strategy = try columns.optionalText()
        structure = try columns.optionalText()
        attempts = try columns.count()
        dueAt = try columns.optionalInteger().map(Timestamp.init(milliseconds:))
    }
}

extension TenantRows {
    /// Digest of a thread: the account and the thread number of a mid.
    func threadDigest(_ thread: [String]) -> [UInt8] {
        keys.digest("thread", thread.map { Array($0.utf8) })
    }

    func midDigest(_ mid: String) -> [UInt8] {
        keys.digest("mid", mid)
    }

    /// Keeps what the payload told beside it.
    public func describe(_ id: EventID, _ digest: EventDigest) throws {
        try transaction.execute(
            """
            UPDATE events SET kind = ?3, mid = ?4, mid_digest = ?5, thread_digest = ?6, structure = ?7
            WHERE tenant_id = ?1 AND id = ?2
            """,
            [
                tenantValue, .id(id.raw), .text(digest.kind), .text(digest.mid.flatMap(Self.storable)),
                .blob(digest.mid.map(midDigest)), .blob(digest.thread.map(threadDigest)), .text(digest.structure),
            ])
    }

    /// The tenant's due events with their sealed payloads, in the order in which they became due.
    public func dueEvents(now: Timestamp, limit: Int) throws -> [(event: Event, sealed: [UInt8]?)] {
        try transaction.query(
            """
            SELECT \(GlobalRows.eventColumns), payload FROM events
            WHERE tenant_id = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT ?3
            """,
            [tenantValue, .integer(now.milliseconds), .count(limit)]
        ).map { row in
            var columns = row.columns
            let event = try Event(&columns)
            return (event, try columns.optionalBlob())
        }
    }

    /// The tenant's due events, in the order in which they became due.
    public func dueEventIDs(now: Timestamp, limit: Int) throws -> [EventID] {
        try transaction.query(
            "SELECT id FROM events WHERE tenant_id = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT ?3",
            [tenantValue, .integer(now.milliseconds), .count(limit)]
        ).map { row in
            var columns = row.columns
            return EventID(try columns.id())
        }
    }

    /// Settles, parks or postpones an event.
    public func settle(_ id: EventID, _ verdict: EventVerdict, now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE events SET state = ?3, reason = ?4, due_at = ?5, strategy = COALESCE(?6, strategy),
                igsid = COALESCE(?7, igsid), attempts = attempts + ?8, updated_at = ?9
            WHERE tenant_id = ?1 AND id = ?2
            """,
            [
                tenantValue, .id(id.raw), .text(verdict.state.rawValue), .text(verdict.reason?.rawValue),
                .integer(verdict.dueAt?.milliseconds), .text(verdict.strategy),
                .blob(try verdict.igsid.map { try keys.seal($0, at: .eventSender(id)) }),
                .count(verdict.countsAttempt ? 1 : 0), .integer(now.milliseconds),
            ])
    }

    /// An event's state as it is now; processing looks again inside its transaction.
    public func event(_ id: EventID) throws -> Event? {
        guard
            let row = try transaction.first(
                "SELECT \(GlobalRows.eventColumns) FROM events WHERE tenant_id = ?1 AND id = ?2",
                [tenantValue, .id(id.raw)])
        else { return nil }
        var columns = row.columns
        return try Event(&columns)
    }

    /// A new owner: what was being looked up by the last one is due at once.
    public func rescueEvents(now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE events SET due_at = ?2
            WHERE tenant_id = ?1 AND due_at > ?2 AND state = 'received' AND reason IS NULL
            """,
            [tenantValue, .integer(now.milliseconds)])
    }

    /// Makes held edits of a message due: the message itself has come.
    public func wakeEvents(awaiting mid: String, now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE events SET due_at = ?3
            WHERE tenant_id = ?1 AND mid_digest = ?2 AND state = 'received' AND reason = 'awaiting_message'
            """,
            [tenantValue, .blob(midDigest(mid)), .integer(now.milliseconds)])
    }

    /// Makes parked events of a thread due: its peer is known now.
    public func wakeEvents(ofThread thread: [String], now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE events SET due_at = ?3
            WHERE tenant_id = ?1 AND thread_digest = ?2 AND state = 'parked' AND reason = 'sender_unresolved'
            """,
            [tenantValue, .blob(threadDigest(thread)), .integer(now.milliseconds)])
    }

    /// Makes echoes that wait for a conversation's sends due: one of them has settled.
    public func wakeWaitingEchoes(now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE events SET due_at = ?2
            WHERE tenant_id = ?1 AND due_at > ?2 AND state = 'received' AND reason IS NULL AND kind = 'echo'
            """,
            [tenantValue, .integer(now.milliseconds)])
    }

    /// Makes events due that were parked while the connection could not answer.
    /// - Parameter limit: of each reason, the oldest; all of them by default.
    /// - Returns: how many.
    @discardableResult
    public func drainParked(_ reasons: [Event.Reason], limit: Int = .max, now: Timestamp) throws -> Int {
        var count = 0
        for reason in reasons {
            count += try transaction.execute(
                """
                UPDATE events SET state = 'received', reason = NULL, due_at = ?3
                WHERE tenant_id = ?1 AND id IN (
                    SELECT id FROM events WHERE tenant_id = ?1 AND state = 'parked' AND reason = ?2 ORDER BY id LIMIT ?4)
                """,
                [tenantValue, .text(reason.rawValue), .integer(now.milliseconds), .count(limit)])
        }
        return count
    }

    /// Makes one parked or failed event due again.
    /// - Returns: whether there was one.
    public func replayEvent(_ id: EventID, now: Timestamp) throws -> Bool {
        try transaction.execute(
            """
            UPDATE events SET state = 'received', reason = NULL, due_at = ?3
            WHERE tenant_id = ?1 AND id = ?2 AND state IN ('parked', 'failed') AND payload IS NOT NULL
            """,
            [tenantValue, .id(id.raw), .integer(now.milliseconds)]) == 1
    }

    /// Events of an account that routed to nobody, with their sealed payloads. Only the system tenant has any.
    public func unroutedEvents(of account: String, limit: Int) throws -> [(event: Event, sealed: [UInt8]?)] {
        try transaction.query(
            """
            SELECT \(GlobalRows.eventColumns), payload FROM events
            WHERE tenant_id = ?1 AND account_id = ?2 AND state = 'parked' AND reason = 'unrouted'
            ORDER BY id LIMIT ?3
            """,
            [tenantValue, .text(account), .count(limit)]
        ).map { row in
            var columns = row.columns
            let event = try Event(&columns)
            return (event, try columns.optionalBlob())
        }
    }

    /// Removes an event that was sealed anew for the tenant whose account it is.
    public func removeAdopted(_ id: EventID) throws {
        try transaction.execute("DELETE FROM events WHERE tenant_id = ?1 AND id = ?2", [tenantValue, .id(id.raw)])
    }

    /// A text that every engine can store; what it cannot store stays in the sealed payload alone.
    static func storable(_ text: String) -> String? {
        text.utf8.count <= 2000 && !text.utf8.contains(0) ? text : nil
    }
}

extension TenantRows {
    /// Accounts whose events route to nobody, in their order. Only the system tenant has any.
    /// - Parameter account: the one before the first; empty to begin.
    public func unroutedAccounts(after account: String, limit: Int) throws -> [String] {
        try transaction.query(
            """
            SELECT DISTINCT account_id FROM events
            WHERE tenant_id = ?1 AND state = 'parked' AND reason = 'unrouted' AND account_id > ?2
            ORDER BY account_id LIMIT ?3
            """,
            [tenantValue, .text(account), .count(limit)]
        ).map { row in
            var columns = row.columns
            return try columns.text()
        }
    }
}
