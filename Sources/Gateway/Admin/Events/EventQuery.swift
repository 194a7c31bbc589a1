internal import Hummingbird
internal import Integrations
internal import Tenancy

/// The filters of `/v1/events`, as they come in a query or a body.
struct EventQuery: Decodable, Sendable {
    var tenantID: String?
    var instagramPageID: String?
    var state: String?
    var reason: String?
    var kind: String?
    var receivedAfter: String?
    var receivedBefore: String?
    /// Only for a replay: tell how many it would be.
    var dryRun: Bool?

    private enum CodingKeys: String, CodingKey {
        case state, reason, kind
        case tenantID = "tenant_id"
        case instagramPageID = "instagram_page_id"
        case receivedAfter = "received_after"
        case receivedBefore = "received_before"
        case dryRun = "dry_run"
    }

    init(_ request: Request) {
        tenantID = request.parameter("tenant_id")
        instagramPageID = request.parameter("instagram_page_id")
        state = request.parameter("state")
        reason = request.parameter("reason")
        kind = request.parameter("kind")
        receivedAfter = request.parameter("received_after")
        receivedBefore = request.parameter("received_before")
    }

    /// Whether anything narrows it: a filter whose name is misspelt does not.
    var narrows: Bool {
        [tenantID, instagramPageID, state, reason, kind, receivedAfter, receivedBefore].contains { $0 != nil }
    }

    /// - Parameter caller: one that is bound to a tenant sees that one's events only.
    /// - Throws: ``Problem`` 422 with every fault; 404 for a tenant that the caller does not see.
    func filter(for caller: APIIdentity) throws -> EventFilter {
        var validation = InputValidation()
        var filter = EventFilter()
        if let tenantID {
            filter.tenantID = TenantID(tenantID)
            if filter.tenantID == nil { validation.fail("tenant_id", "must be a tenant's id") }
        }
        if let instagramPageID { validation.filter("instagram_page_id", instagramPageID) }
        filter.accountID = instagramPageID
        if let state {
            filter.state = Event.State(rawValue: state)
            if filter.state == nil { validation.fail("state", "must be one of \(words(Event.State.self))") }
        }
        if let reason {
            filter.reason = Event.Reason(rawValue: reason)
            if filter.reason == nil { validation.fail("reason", "must be one of \(words(Event.Reason.self))") }
        }
        if let kind, WebhookItem.Kind(rawValue: kind) == nil {
            validation.fail("kind", "must be one of \(words(WebhookItem.Kind.self))")
        }
        filter.kind = kind
        filter.receivedAfter = time("received_after", receivedAfter, &validation)
        filter.receivedBefore = time("received_before", receivedBefore, &validation)
        try validation.finish()
        if let wanted = filter.tenantID, !caller.sees(wanted) { throw Problem.notFound("tenant") }
        if let only = caller.onlyTenant { filter.tenantID = only }
        return filter
    }

    private func time(_ field: String, _ text: String?, _ validation: inout InputValidation) -> Timestamp? {
        guard let text else { return nil }
        let time = Timestamp(rfc3339: text)
        if time == nil { validation.fail(field, "must be a time such as 2026-01-31T12:00:00Z") }
        return time
    }

    private func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> String
    where Word.RawValue == String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
