internal import Storage

/// The steps of erasing a patient, in their order. What finds things is destroyed after what it finds.
enum PatientErasureStep: String {
    /// Every event of the tenant is looked at: by what it is joined to, and in what is sealed in it.
    case events
    /// Replies with their parts.
    case replies
    /// Messages.
    case messages
    /// Answers that are kept for idempotency keys, of the tenant's own routes.
    case answers
    /// The same of routes without a tenant in their path, which the system tenant keeps.
    case serviceAnswers = "service_answers"
    /// What came since the round began; then the patient.
    case recent
    /// What was overwritten leaves the database's files.
    case scrub
}

/// What the erasure of patients has to be told.
public struct PatientErasureRules: Sendable {
    /// Rows that one transaction looks at.
    public var page: Int
    /// How long a backup is kept, in days.
    public var backupDays: Int
    /// Under which digest, and for which account, the thread of a mid is kept among ``GlobalRows``' threads of accounts;
    /// `nil` for a mid that cannot be taken apart.
    public var sharedThread: @Sendable (String) -> (digest: [UInt8], account: String)?

    /// Memberwise.
    public init(
        page: Int = 200, backupDays: Int,
        sharedThread: @escaping @Sendable (String) -> (digest: [UInt8], account: String)?
    ) {
        self.page = page
        self.backupDays = backupDays
        self.sharedThread = sharedThread
    }
}

/// Erases one patient, a transaction at a time; each writes down how far it has come, so that whoever is next goes on there.
///
/// A patient may write meanwhile. What is processed before the end is erased with the rest, and makes one more round where
/// it could have led to older events that were passed by already; what is processed afterwards is of a new patient.
struct PatientErasure {
    /// Ids are made a moment before their rows are there: so many seconds of them are looked at once more.
    static let margin = 60
    /// A reply on its way is looked after again so many seconds later.
    static let patience = 5
    /// An echo of what was sent comes within seconds, and would bring the patient back.
    static let echoes = 30

    let rows: TenantRows
    let rules: PatientErasureRules
    let now: Timestamp
    private let patient: PatientID
    private var work: ErasureWork

    /// - Returns: `nil` where there is nothing to be done.
    init?(_ id: ErasureID, rows: TenantRows, rules: PatientErasureRules, now: Timestamp) throws {
        guard let work = try rows.erasures.work(id), work.erasure.state != .done,
            let patient = work.erasure.patientID
        else { return nil }
        (self.rows, self.rules, self.now, self.work, self.patient) = (rows, rules, now, work, patient)
    }

    /// Does one batch.
    mutating func advance() throws -> ErasureProgress {
        work.erasure.state = .running
        work.dueAt = now
        try rows.cancelUnsent(of: patient, now: now)
        if let until = try rows.settling(of: patient, now: now) {
            work.dueAt = until
            try rows.erasures.update(work)
            return .waits(until: until)
        }
        guard let step = PatientErasureStep(rawValue: work.step) else {
            throw StorageError(.schema, "unknown step of an erasure")
        }
        switch step {
        case .events: if try lookAtEvents() { go(to: .replies) }
        case .replies: if try eraseReplies() { go(to: .messages) }
        case .messages: try eraseMessages()
        case .answers: if try lookAtAnswers() { go(to: .serviceAnswers) }
        // Done among the system tenant's rows (``TenancyStore/erase(patientOf:_:rules:now:)``).
        case .serviceAnswers: go(to: .recent, after: roundBound)
        case .recent: if try lookAtEvents() { try finish() }
        case .scrub: break
        }
        try rows.erasures.update(work)
        return .goesOn
    }

    /// Ids of what came since the round began are greater.
    private var roundBound: Identifier {
        Identifier(before: work.roundAt.adding(seconds: -Self.margin))
    }

    private mutating func go(to step: PatientErasureStep, after: Identifier = .least) {
        work.step = step.rawValue
        work.after = after
    }

    private mutating func beginRound() {
        go(to: .events)
        work.roundAt = now
        work.goesRound = false
    }

    // MARK: Steps

    /// - Returns: whether the last page was looked at.
    private mutating func lookAtEvents() throws -> Bool {
        let page = try rows.traced(patient, after: work.after, limit: rules.page)
        let found = page.filter(\.isTraced)
        try erase(found.map(\.id))
        try forgetThreads(of: found.compactMap(\.mid))
        work.erasure.count("events", found.count)
        if let last = page.last { work.after = last.id }
        return page.count < rules.page
    }

    private mutating func eraseReplies() throws -> Bool {
        let deleted = try rows.deleteReplies(of: patient, limit: rules.page)
        try took(deleted)
        work.erasure.count("replies", deleted.ids.count)
        return deleted.ids.count < rules.page
    }

    private mutating func eraseMessages() throws {
        // A reply may have come since: it would keep its message.
        guard try eraseReplies() else { return }
        let deleted = try rows.deleteMessages(of: patient, limit: rules.page)
        try took(deleted)
        work.erasure.count("messages", deleted.ids.count)
        guard deleted.ids.count < rules.page else { return }
        if work.goesRound { beginRound() } else { go(to: .answers) }
    }

    private mutating func lookAtAnswers() throws -> Bool {
        let page = try rows.emptyAnswers(
            naming: try rows.traces(of: patient), after: work.after, limit: rules.page)
        work.erasure.count("answers", page.emptied)
        if let last = page.last { work.after = last }
        return page.last == nil
    }

    /// What was deleted tells of an event each: a patient who writes meanwhile may make an older event known that was passed
    /// by, and then everything is looked at once more.
    private mutating func took(_ deleted: DeletedWords) throws {
        let missed = try erase(deleted.events)
        try forgetThreads(of: deleted.mids)
        work.erasure.count("events", missed)
        let bound = roundBound
        if deleted.ids.contains(where: { $0 >= bound }) { work.goesRound = true }
    }

    @discardableResult
    private func erase(_ events: [Identifier]) throws -> Int { try rows.eraseEvents(events, now: now) }

    private func forgetThreads(of mids: [String]) throws {
        try rows.leaveThreads(mids.compactMap(rules.sharedThread))
    }

    /// The last transaction: either something has come meanwhile, or nothing is left.
    private mutating func finish() throws {
        let replies = try rows.deleteReplies(of: patient, limit: rules.page)
        let messages = try replies.ids.isEmpty ? rows.deleteMessages(of: patient, limit: rules.page) : DeletedWords()
        try took(replies)
        try took(messages)
        work.erasure.count("replies", replies.ids.count)
        work.erasure.count("messages", messages.ids.count)
        guard replies.ids.isEmpty, messages.ids.isEmpty else {
            return beginRound()
        }
        let answers = try rows.emptyAnswers(
            // From the beginning: a request that was taken up again keeps its old row.
            naming: try rows.traces(of: patient), after: .least, limit: .max)
        work.erasure.count("answers", answers.emptied)
        work.erasure.count("conversations", try rows.deletePatient(patient))
        work.erasure.patientID = nil
        work.erasure.becomeErased(now: now, backupDays: rules.backupDays)
        go(to: .scrub)
    }
}
