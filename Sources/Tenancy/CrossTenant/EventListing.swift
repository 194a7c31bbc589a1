public import Storage

extension GlobalRows {
    /// Events of any tenants, newest first, with their senders still sealed. Needs the scope ``Scope/operators``.
    func listedEvents(
        _ filter: EventFilter, before cursor: Identifier, limit: Int
    ) throws -> [(event: Event, sender: [UInt8]?)] {
        var values: [SQLValue] = [.id(cursor), .count(limit)]
        let condition = filter.condition(&values)
        return try transaction.query(
            "SELECT \(Self.eventColumns), igsid FROM events WHERE id < ?1\(condition) ORDER BY id DESC LIMIT ?2", values
        ).map(Self.listed)
    }

    func listedEvent(_ id: EventID) throws -> (event: Event, sender: [UInt8]?)? {
        try transaction.first("SELECT \(Self.eventColumns), igsid FROM events WHERE id = ?1", [.id(id.raw)])
            .map(Self.listed)
    }

    private static func listed(_ row: SQLRow) throws -> (event: Event, sender: [UInt8]?) {
        var columns = row.columns
        let event = try Event(&columns)
        return (event, try columns.optionalBlob())
    }
}

extension TenancyStore {
    /// Events across tenants, newest first, each sender opened with its own tenant's key. Those of a deleted tenant are left
    /// out: a page may be shorter than it was asked to be.
    /// - Parameters:
    ///   - filter: narrow it to one tenant for whoever may see only that one.
    ///   - cursor: the last id of the page before.
    public func events(_ filter: EventFilter, before cursor: Identifier? = nil, limit: Int) async throws -> ListPage<
        Event
    > {
        let found = try await readGlobal(.operators) { rows in
            try rows.listedEvents(filter, before: cursor ?? .greatest, limit: limit + 1).map(SealedEvent.init)
        }
        let page = ListPage(found: found, limit: limit) { $0.event.id.raw }
        var events: [Event] = []
        for sealed in page.items {
            if let event = try await opened(sealed) { events.append(event) }
        }
        return ListPage(items: events, next: page.next)
    }

    /// One event, whichever tenant's it is.
    public func event(_ id: EventID) async throws -> Event? {
        guard let sealed = try await readGlobal(.operators, { try $0.listedEvent(id).map(SealedEvent.init) }) else {
            return nil
        }
        return try await opened(sealed)
    }

    private struct SealedEvent: Sendable {
        var event: Event
        var sender: [UInt8]?
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
