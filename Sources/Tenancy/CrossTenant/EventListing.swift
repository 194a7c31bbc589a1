public import Storage

extension GlobalRows {
    /// A page of events of any tenants, newest first, with their senders still sealed. Needs the scope
    /// ``Scope/operators``.
    func listedEvents(
        _ filter: EventFilter, before cursor: Identifier?, limit: Int
    ) throws -> ListPage<SealedEvent> {
        let window = ListWindow(before: cursor, after: filter.receivedAfter, before: filter.receivedBefore)
        var found: [[SealedEvent]] = []
        var floors: [Identifier] = []
        for part in try parts(of: filter) {
            let order = EventOrder(part)
            var window = window
            if order.rest.looksIntoRows, let floor = try floor(of: order, window) {
                floors.append(floor)
                window.least = floor
            }
            found.append(try events(in: order, window, limit: limit + 1))
        }
        return ListPage(found: found, floors: floors, limit: limit) { $0.event.id.raw }
    }

    /// An account's events are those of the tenants that have or had it, and, from before, of nobody.
    private func parts(of filter: EventFilter) throws -> [EventFilter] {
        guard let account = filter.accountID, filter.tenantID == nil else { return [filter] }
        return try tenants(ofAccount: account).union([.system]).sorted().map { tenant in
            var part = filter
            part.tenantID = tenant
            return part
        }
    }

    /// Tenants that an account is claimed by, or that have a connection with it, ended ones included.
    func tenants(ofAccount account: String) throws -> Set<TenantID> {
        let claimed = try transaction.query("SELECT tenant_id FROM routes WHERE account_id = ?1", [.text(account)])
        let connected = try transaction.query(
            """
            SELECT tenant_id FROM connections WHERE instagram_page_id = ?1
            UNION ALL SELECT tenant_id FROM connections WHERE facebook_page_id = ?1
            UNION ALL SELECT tenant_id FROM connections WHERE app_user_id = ?1
            """, [.text(account)])
        return Set(
            try (claimed + connected).map { row in
                var columns = row.columns
                return TenantID(try columns.id())
            })
    }

    /// The last id of a window of ``ListWindow/size`` rows; `nil` where it reaches the end.
    private func floor(of order: EventOrder, _ window: ListWindow) throws -> Identifier? {
        var values: [SQLValue] = [.id(window.below), .id(window.least), .count(ListWindow.size - 1)]
        let condition = order.condition(&values)
        return try transaction.first(
            "SELECT id FROM events WHERE id < ?1 AND id >= ?2\(condition) ORDER BY id DESC LIMIT 1 OFFSET ?3", values
        ).map { row in
            var columns = row.columns
            return try columns.id()
        }
    }

    private func events(in order: EventOrder, _ window: ListWindow, limit: Int) throws -> [SealedEvent] {
        var values: [SQLValue] = [.id(window.below), .id(window.least), .count(limit)]
        let condition = order.condition(&values) + order.rest.condition(&values)
        return try transaction.query(
            """
            SELECT \(Self.eventColumns), igsid FROM events
            WHERE id < ?1 AND id >= ?2\(condition) ORDER BY id DESC LIMIT ?3
            """, values
        ).map(SealedEvent.init)
    }

    func listedEvent(_ id: EventID) throws -> SealedEvent? {
        try transaction.first("SELECT \(Self.eventColumns), igsid FROM events WHERE id = ?1", [.id(id.raw)])
            .map(SealedEvent.init)
    }
}

/// An event of whichever tenant, its sender still sealed.
struct SealedEvent: Sendable {
    var event: Event
    var sender: [UInt8]?

    init(row: SQLRow) throws {
        var columns = row.columns
        event = try Event(&columns)
        sender = try columns.optionalBlob()
    }
}

extension TenancyStore {
    /// Events across tenants, newest first, each sender opened with its own tenant's key. Those of a deleted tenant are left
    /// out.
    ///
    /// A page may hold fewer than `limit` and still have a next one: where few rows fit, it ends after a bounded number of
    /// those that do not.
    /// - Parameters:
    ///   - filter: narrow it to one tenant for whoever may see only that one.
    ///   - cursor: the last id of the page before.
    ///   - openingSenders: whether anybody is to see them; else those of deleted tenants are not left out.
    public func events(
        _ filter: EventFilter, before cursor: Identifier? = nil, limit: Int, openingSenders: Bool = true
    ) async throws -> ListPage<Event> {
        let page = try await readGlobal(.operators) { try $0.listedEvents(filter, before: cursor, limit: limit) }
        guard openingSenders else { return page.map(\.event) }
        try await remember(keysOf: Set(page.items.lazy.map(\.event.tenantID)))
        var events: [Event] = []
        for sealed in page.items {
            if let event = try await opened(sealed) { events.append(event) }
        }
        return ListPage(items: events, next: page.next)
    }

    /// One event, whichever tenant's it is.
    /// - Parameter openingSender: whether anybody is to see who wrote.
    public func event(_ id: EventID, openingSender: Bool = true) async throws -> Event? {
        guard let sealed = try await readGlobal(.operators, { try $0.listedEvent(id) }) else { return nil }
        return openingSender ? try await opened(sealed) : sealed.event
    }

    /// - Returns: `nil` where its tenant was deleted.
    private func opened(_ sealed: SealedEvent) async throws -> Event? {
        var event = sealed.event
        do {
            let keys = try await keys(of: event.tenantID)
            event.igsid = try sealed.sender.map { try keys.text($0, at: .eventSender(event.id)) }
        } catch KeyError.noTenant {
            return nil
        }
        return event
    }
}
