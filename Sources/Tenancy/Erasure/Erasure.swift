internal import Storage

/// Something that is destroyed on request: what is known of one patient, or a whole tenant. It is its own receipt.
public struct Erasure: Sendable, Hashable {
    /// What is destroyed.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Everything about one patient of a tenant.
        case patient
        /// A tenant's key, and with it whatever is sealed; then its rows.
        case tenant
    }

    /// How far it has come.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing has been done.
        case queued
        /// Some of it is done.
        case running
        /// Nothing is left.
        case done
    }

    /// Its own id, which names the receipt.
    public var id: ErasureID
    /// Whose rows; the tenant itself may be gone.
    public var tenantID: TenantID
    /// What is destroyed.
    public var kind: Kind
    /// How far it has come.
    public var state: State
    /// Who is forgotten; `nil` once it is done, so that the receipt names nobody.
    public var patientID: PatientID?
    /// How much of what was destroyed so far, by words such as `messages`.
    public var counts: [String: Int]
    /// When it was asked for.
    public var requestedAt: Timestamp
    /// From then on nothing of it can be read: a patient's rows were gone, or a tenant's key was destroyed.
    public var erasedAt: Timestamp?
    /// When the last backup ends that was made before ``erasedAt``.
    public var backupsUntil: Timestamp?

    /// Memberwise.
    public init(
        id: ErasureID, tenantID: TenantID, kind: Kind, state: State = .queued, patientID: PatientID? = nil,
        counts: [String: Int] = [:], requestedAt: Timestamp, erasedAt: Timestamp? = nil,
        backupsUntil: Timestamp? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.kind = kind
        self.state = state
        self.patientID = patientID
        self.counts = counts
        self.requestedAt = requestedAt
        self.erasedAt = erasedAt
        self.backupsUntil = backupsUntil
    }

    /// Nothing can be read from now on.
    /// - Parameter backupDays: how long a backup is kept, in days.
    mutating func becomeErased(now: Timestamp, backupDays: Int) {
        erasedAt = now
        backupsUntil = now.adding(seconds: backupDays * 86_400)
    }

    /// Adds to ``counts``.
    mutating func count(_ what: String, _ number: Int) {
        if number > 0 { counts[what, default: 0] += number }
    }
}

/// Id of an erasure and its receipt.
public typealias ErasureID = TypedID<Erasure>

/// What one step of an erasure led to.
public enum ErasureProgress: Sendable, Hashable {
    /// Go on at once.
    case goesOn
    /// Something has to settle first; it is due again then.
    case waits(until: Timestamp)
    /// Nothing is left; its receipt.
    case done(Erasure)
    /// There is nothing to be done: it was done before, or its tenant is being deleted.
    case isGone
}
