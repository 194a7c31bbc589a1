internal import Storage

/// An erasure with the place that it has come to.
struct ErasureWork: Sendable, Hashable {
    var erasure: Erasure
    /// A step's word; which ones there are the kind says.
    var step: String
    /// The last row that the step has looked at.
    var after = Identifier.least
    /// When the present round over a patient's traces began.
    var roundAt: Timestamp
    /// Another round is needed: something came while this one was under way.
    var goesRound = false
    /// How often the step was tried in vain.
    var attempts = 0
    /// When it is looked at next; `nil` where nothing is to be done.
    var dueAt: Timestamp?

    /// A beginning.
    init(_ erasure: Erasure, step: String, now: Timestamp) {
        self.erasure = erasure
        self.step = step
        roundAt = now
        dueAt = now
    }
}

/// One tenant's erasures. None of the tenant's keys is needed: nothing in them is sealed, and nothing names a person once
/// they are done.
struct ErasureRows {
    let tenant: TenantID
    let transaction: any Transaction

    private var tenantValue: SQLValue { .id(tenant.raw) }

    func insert(_ work: ErasureWork) throws {
        try transaction.execute(
            """
            INSERT INTO erasures (tenant_id, \(ErasureWork.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """, [tenantValue] + (try work.values))
    }

    func update(_ work: ErasureWork) throws {
        try transaction.execute(
            """
            UPDATE erasures SET kind = ?3, patient_id = ?4, state = ?5, step = ?6, after_id = ?7, round_at = ?8,
                goes_round = ?9, attempts = ?10, counts = ?11, requested_at = ?12, erased_at = ?13,
                backups_until = ?14, due_at = ?15
            WHERE tenant_id = ?1 AND id = ?2
            """, [tenantValue] + (try work.values))
    }

    func work(_ id: ErasureID) throws -> ErasureWork? {
        try transaction.first(
            "SELECT tenant_id, \(ErasureWork.columns) FROM erasures WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw)]
        ).map(ErasureWork.init(row:))
    }

    /// The erasure of a patient that is not done.
    func open(of patient: PatientID) throws -> ErasureWork? {
        try transaction.first(
            "SELECT tenant_id, \(ErasureWork.columns) FROM erasures WHERE tenant_id = ?1 AND patient_id = ?2",
            [tenantValue, .id(patient.raw)]
        ).map(ErasureWork.init(row:))
    }

    /// Stops the erasures of patients: the whole tenant goes.
    func stopPatients() throws {
        try transaction.execute(
            "UPDATE erasures SET due_at = NULL WHERE tenant_id = ?1 AND kind = 'patient' AND due_at IS NOT NULL",
            [tenantValue])
    }

    /// Ends the erasures of patients that were under way: what they were for was done with their tenant's key.
    func endPatients(as erasure: Erasure) throws {
        try transaction.execute(
            """
            UPDATE erasures SET state = 'done', patient_id = NULL, due_at = NULL, erased_at = ?2, backups_until = ?3
            WHERE tenant_id = ?1 AND kind = 'patient' AND state <> 'done'
            """, [tenantValue, .time(erasure.erasedAt), .time(erasure.backupsUntil)])
    }
}

extension ErasureWork {
    /// In the order of ``values``, behind the tenant.
    static let columns = """
        id, kind, patient_id, state, step, after_id, round_at, goes_round, attempts, counts, requested_at, erased_at, \
        backups_until, due_at
        """

    fileprivate var values: [SQLValue] {
        get throws {
            [
                .id(erasure.id.raw), .text(erasure.kind.rawValue), .id(erasure.patientID?.raw),
                .text(erasure.state.rawValue), .text(step), .id(after), .time(roundAt), .flag(goesRound),
                .count(attempts), .text(try JSONColumn.encode(erasure.counts)), .time(erasure.requestedAt),
                .time(erasure.erasedAt), .time(erasure.backupsUntil), .time(dueAt),
            ]
        }
    }

    /// - Parameter row: of the tenant's id and ``columns``.
    init(row: SQLRow) throws {
        var columns = row.columns
        let tenant = TenantID(try columns.id())
        var erasure = Erasure(
            id: ErasureID(try columns.id()), tenantID: tenant, kind: try columns.word(),
            requestedAt: Timestamp(milliseconds: 0))
        erasure.patientID = try columns.optionalID().map(PatientID.init)
        erasure.state = try columns.word()
        let step = try columns.text()
        let after = try columns.id()
        let roundAt = try columns.time()
        self.init(erasure, step: step, now: roundAt)
        self.after = after
        goesRound = try columns.flag()
        attempts = try columns.count()
        self.erasure.counts = try JSONColumn.decode(try columns.text())
        self.erasure.requestedAt = try columns.time()
        self.erasure.erasedAt = try columns.optionalTime()
        self.erasure.backupsUntil = try columns.optionalTime()
        dueAt = try columns.optionalTime()
    }
}
