internal import Tenancy

/// How much of each tenant is under way, so that one whose calls to Meta hang leaves room for the others.
struct TenantSlots: Sendable {
    private var taken: [TenantID: Int] = [:]

    /// - Returns: whether there was room within the limit; then one more is taken.
    mutating func take(_ tenant: TenantID, limit: Int) -> Bool {
        let now = taken[tenant, default: 0]
        guard now < limit else { return false }
        taken[tenant] = now + 1
        return true
    }

    mutating func free(_ tenant: TenantID) {
        guard let now = taken[tenant] else { return }
        // Without an entry for none, or every tenant that ever had work would stay.
        taken[tenant] = now > 1 ? now - 1 : nil
    }

    func taken(by tenant: TenantID) -> Int { taken[tenant, default: 0] }
}
