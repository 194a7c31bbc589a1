internal import Storage

/// Which entries of the audit log a list is about. What is `nil` does not narrow it.
public struct AuditFilter: Sendable, Hashable {
    /// Only this tenant's.
    public var tenantID: TenantID?
    /// Only what this kind of actor did (``AuditActor/word``).
    public var actor: String?
    /// Only what this one of them did.
    public var actorID: String?
    /// Only this action (``AuditNote/Action``).
    public var action: String?
    /// Only what was done to this kind of thing.
    public var target: String?
    /// Only what was done to this one of them.
    public var targetID: String?
    /// Done then or later.
    public var after: Timestamp?
    /// Done before then.
    public var before: Timestamp?

    /// Everything.
    public init() {}

    /// The SQL condition with its values; the caller's own values come first.
    /// - Parameter values: grows by what the condition needs.
    func condition(_ values: inout [SQLValue]) -> String {
        var conditions = ""
        func add(_ comparison: String, _ value: SQLValue) {
            values.append(value)
            conditions += " AND \(comparison) ?\(values.count)"
        }
        if let tenantID { add("tenant_id =", .id(tenantID.raw)) }
        if let actor { add("actor =", .text(actor)) }
        if let actorID { add("actor_id =", .text(actorID)) }
        if let action { add("action =", .text(action)) }
        if let target { add("target =", .text(target)) }
        if let targetID { add("target_id =", .text(targetID)) }
        if let after { add("at >=", .time(after)) }
        if let before { add("at <", .time(before)) }
        return conditions
    }
}
