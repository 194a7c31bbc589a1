internal import Hummingbird
internal import Tenancy

/// The filters of `/v1/audit-log`.
struct AuditQuery: Sendable {
    /// Whoever comes with a token is told by issuer and subject.
    private static let greatestLength = 500

    private let request: Request

    init(_ request: Request) {
        self.request = request
    }

    /// - Parameter caller: one that is bound to a tenant sees that one's entries only.
    /// - Throws: ``Problem`` 422 with every fault; 404 for a tenant that the caller does not see.
    func filter(for caller: APIIdentity) throws -> AuditFilter {
        var validation = InputValidation()
        var filter = AuditFilter()
        if let text = request.parameter("tenant_id") {
            filter.tenantID = TenantID(text)
            if filter.tenantID == nil { validation.fail("tenant_id", "must be a tenant's id") }
        }
        // Which words there are is not asked: entries of a newer program may have others.
        filter.actor = text("actor", &validation)
        filter.actorID = text("actor_id", &validation)
        filter.action = text("action", &validation)
        filter.target = text("target", &validation)
        filter.targetID = text("target_id", &validation)
        filter.after = time("after", &validation)
        filter.before = time("before", &validation)
        try validation.finish()
        if let wanted = filter.tenantID, !caller.sees(wanted) { throw Problem.notFound("tenant") }
        if let only = caller.onlyTenant { filter.tenantID = only }
        return filter
    }

    private func text(_ field: String, _ validation: inout InputValidation) -> String? {
        guard let text = request.parameter(field[...]) else { return nil }
        validation.text(field, text, limit: Self.greatestLength)
        return text
    }

    private func time(_ field: String, _ validation: inout InputValidation) -> Timestamp? {
        guard let text = request.parameter(field[...]) else { return nil }
        let time = Timestamp(rfc3339: text)
        if time == nil { validation.fail(field, "must be a time such as 2026-01-31T12:00:00Z") }
        return time
    }
}
