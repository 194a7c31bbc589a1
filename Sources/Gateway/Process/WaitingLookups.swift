internal import Storage
internal import Tenancy

/// A sender that Meta is asked for.
struct LookupJob: Sendable {
    var item: ProcessedItem
    var connection: ConnectionID
    var hold: TenantHold
}

/// Senders that Meta is to be asked for, in the order in which they came up. In memory only: an event whose look-up is
/// forgotten is due again when its lease ends.
struct WaitingLookups: Sendable {
    /// Of one tenant; what goes beyond comes back with its lease.
    static let limitPerTenant = 64

    private var jobs: [LookupJob] = []
    private var waiting: [TenantID: Int] = [:]
    private var underWay: [TenantID: Int] = [:]

    /// - Returns: whether it was taken: not if it waits already, or so many of its tenant do.
    @discardableResult
    mutating func add(_ job: LookupJob) -> Bool {
        let tenant = job.hold.tenant
        guard waiting[tenant, default: 0] < Self.limitPerTenant,
            !jobs.contains(where: { $0.item.event.id == job.item.event.id })
        else { return false }
        waiting[tenant, default: 0] += 1
        jobs.append(job)
        return true
    }

    /// The oldest, though no more of a tenant than leave room for the others: where Meta does not answer, or an account has
    /// used up its two calls a second, only its own tenant waits.
    /// - Parameter running: events that are being looked up.
    mutating func take(_ room: Int, perTenant: Int, running: Set<Identifier>) -> [LookupJob] {
        var taken: [LookupJob] = []
        var busy = underWay
        jobs.removeAll { job in
            let tenant = job.hold.tenant
            guard taken.count < room, busy[tenant, default: 0] < perTenant, !running.contains(job.item.event.id.raw)
            else { return false }
            busy[tenant, default: 0] += 1
            taken.append(job)
            waiting.lower(tenant)
            return true
        }
        return taken
    }

    mutating func began(_ job: LookupJob) { underWay[job.hold.tenant, default: 0] += 1 }

    mutating func ended(_ job: LookupJob) { underWay.lower(job.hold.tenant) }
}

extension [TenantID: Int] {
    /// Without an entry for none, or every tenant that ever had work would stay.
    fileprivate mutating func lower(_ tenant: TenantID) {
        guard let count = self[tenant] else { return }
        self[tenant] = count > 1 ? count - 1 : nil
    }
}
