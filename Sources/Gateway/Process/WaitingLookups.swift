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
    /// Of one tenant; what goes beyond comes back when these have had their turn.
    static let limitPerTenant = 64

    private var jobs: [LookupJob] = []
    private var waiting = TenantSlots()
    private var underWay = TenantSlots()

    /// How many more of a tenant may wait.
    func places(of tenant: TenantID) -> Int { Self.limitPerTenant - waiting.taken(by: tenant) }

    /// - Returns: whether it was taken: not if it waits already, or too many of its tenant do.
    @discardableResult
    mutating func add(_ job: LookupJob) -> Bool {
        guard !jobs.contains(where: { $0.item.event.id == job.item.event.id }),
            waiting.take(job.hold.tenant, limit: Self.limitPerTenant)
        else { return false }
        jobs.append(job)
        return true
    }

    /// The oldest, though no more of a tenant than leave room for the others: where Meta does not answer, or an account has
    /// used up its two calls a second, only its own tenant waits. Each is to be given back by ``ended(_:)``.
    /// - Parameter running: events that are being looked up.
    mutating func take(_ room: Int, perTenant: Int, running: Set<Identifier>) -> [LookupJob] {
        var taken: [LookupJob] = []
        jobs.removeAll { job in
            guard taken.count < room, !running.contains(job.item.event.id.raw),
                underWay.take(job.hold.tenant, limit: perTenant)
            else { return false }
            taken.append(job)
            waiting.free(job.hold.tenant)
            return true
        }
        return taken
    }

    mutating func ended(_ job: LookupJob) { underWay.free(job.hold.tenant) }
}
