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

    /// The SQL condition with its values; the caller's own values come first. Of the words all but the one that an index is
    /// read by are compared as expressions, which no index is by.
    /// - Parameter values: grows by what the condition needs.
    func condition(_ values: inout [SQLValue]) -> String {
        var conditions = ""
        func add(_ comparison: String, _ value: SQLValue) {
            values.append(value)
            conditions += " AND \(comparison) ?\(values.count)"
        }
        func add(_ column: String, _ value: String?, by indexed: String?) {
            guard let value else { return }
            add(indexed == nil ? "COALESCE(\(column), '') =" : "\(column) =", .text(value))
        }
        let indexed = self.indexed
        if let tenantID { add("tenant_id =", .id(tenantID.raw)) }
        add("actor", actor, by: nil)
        add("actor_id", actorID, by: indexed.actorID)
        add("action", action, by: indexed.action)
        add("target", target, by: nil)
        add("target_id", targetID, by: indexed.targetID)
        if let after { add("at >=", .time(after)) }
        if let before { add("at <", .time(before)) }
        return conditions
    }

    /// What an index is read by: one condition, and without any the whole log in order. The rest is asked of each row.
    var indexed: AuditFilter {
        var part = AuditFilter()
        if tenantID != nil {
            part.tenantID = tenantID
        } else if targetID != nil {
            part.targetID = targetID
        } else if actorID != nil {
            part.actorID = actorID
        } else {
            part.action = action
        }
        return part
    }

    /// Whether the index answers it all; times are a range of ids.
    var isIndexed: Bool {
        var own = self
        (own.after, own.before) = (nil, nil)
        return own == indexed
    }
}
