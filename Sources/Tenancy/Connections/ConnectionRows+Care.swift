internal import Storage

/// How far a connection has been looked after.
public struct CarePlan: Sendable, Hashable {
    /// When it is looked after next; `nil` where nothing is to be done.
    public var dueAt: Timestamp?
    /// Renewals that have failed since the token was got.
    public var attempts: Int
    /// The last step of the warning ladder that was told, in days before the token's end; 0 where none was.
    public var warned: Int
    /// When Meta was last asked what the connection may do; `nil` where it was not.
    public var checkedAt: Timestamp?
    /// When that is asked ahead of, or after, its daily turn; `nil` in its turn.
    public var checkAt: Timestamp?

    /// Memberwise.
    public init(
        dueAt: Timestamp?, attempts: Int = 0, warned: Int = 0, checkedAt: Timestamp? = nil, checkAt: Timestamp? = nil
    ) {
        self.checkedAt = checkedAt
        self.checkAt = checkAt
        self.dueAt = dueAt
        self.attempts = attempts
        self.warned = warned
    }
}

extension TenantRows {
    /// - Returns: `nil` where there is no such connection.
    public func carePlan(of id: ConnectionID) throws -> CarePlan? {
        try transaction.first(
            """
            SELECT care_due_at, care_attempts, expiry_warned, checked_at, check_at FROM connections
            WHERE tenant_id = ?1 AND id = ?2
            """,
            [tenantValue, .id(id.raw)]
        ).map { row in
            var columns = row.columns
            return CarePlan(
                dueAt: try columns.optionalTime(), attempts: try columns.count(), warned: try columns.count(),
                checkedAt: try columns.optionalTime(), checkAt: try columns.optionalTime())
        }
    }

    /// Writes down how a connection was looked after.
    public func setCarePlan(of id: ConnectionID, _ plan: CarePlan) throws {
        try transaction.execute(
            """
            UPDATE connections SET
                care_due_at = ?3, care_attempts = ?4, expiry_warned = ?5, checked_at = ?6, check_at = ?7
            WHERE tenant_id = ?1 AND id = ?2
            """,
            [
                tenantValue, .id(id.raw), .time(plan.dueAt), .count(plan.attempts), .count(plan.warned),
                .time(plan.checkedAt), .time(plan.checkAt),
            ])
    }

    /// Has a connection looked after that nobody has planned to; what is known of it stays.
    public func planAnew(_ id: ConnectionID, now: Timestamp) throws {
        try transaction.execute(
            "UPDATE connections SET care_due_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND care_due_at IS NULL",
            [tenantValue, .id(id.raw), .time(now)])
    }

    /// Has a connection checked now, whenever it was to be looked after.
    /// - Parameter moment: one that was checked since then is left alone.
    public func checkNow(_ id: ConnectionID, unlessSince moment: Timestamp, now: Timestamp) throws {
        try transaction.execute(
            """
            UPDATE connections SET
                check_at = ?3, care_due_at = CASE WHEN care_due_at < ?3 THEN care_due_at ELSE ?3 END
            WHERE tenant_id = ?1 AND id = ?2 AND check_at IS NULL AND (checked_at IS NULL OR checked_at < ?4)
            """,
            [tenantValue, .id(id.raw), .time(now), .time(moment)])
    }

    /// Writes down what Meta lets a connection do and tells us of.
    public func noteCheck(of id: ConnectionID, scopes: [String], subscribedFields: [String]) throws {
        try transaction.execute(
            "UPDATE connections SET scopes = ?3, subscribed_fields = ?4 WHERE tenant_id = ?1 AND id = ?2",
            [
                tenantValue, .id(id.raw), .text(try JSONColumn.encode(scopes)),
                .text(try JSONColumn.encode(subscribedFields)),
            ])
    }
}
