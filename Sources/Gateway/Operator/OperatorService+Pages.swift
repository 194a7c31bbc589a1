internal import Storage
internal import Tenancy

extension OperatorService {
    static let pageSize = 50

    func overview() async throws -> OverviewPage {
        let now = clock.now
        let (overview, stuck) = try await store.readGlobal(.operators) { rows in
            (try rows.overview(now: now, countingTo: StuckWork.most), try rows.stuckWork())
        }
        let switches = try await store.readGlobal { try $0.switches(of: .system).switches }
        return OverviewPage(overview, stuck, switches, metaFails: isMetaFailing?(), now: now)
    }

    /// - Parameter beginning: of the names that are looked for; empty for all tenants.
    func tenants(named beginning: String, after cursor: Identifier?) async throws -> TenantsPage {
        let last = cursor.map(TenantID.init)
        let limit = Self.pageSize + 1
        let found =
            beginning.isEmpty
            ? try await store.tenants(after: last, limit: limit)
            : try await store.tenants(named: beginning, after: last, limit: limit)
        let page = ListPage(found: found, limit: Self.pageSize) { $0.id.raw }
        let states = try await store.readGlobal(.operators) { try $0.states(of: page.items.map(\.id)) }
        return TenantsPage(page, states, beginning: beginning)
    }

    /// - Parameter state: `parked` or `failed`.
    func events(_ state: Event.State, _ reason: Event.Reason?, before cursor: Identifier?) async throws -> EventsPage {
        var filter = EventFilter()
        (filter.state, filter.reason) = (state, reason)
        let page = try await store.events(filter, before: cursor, limit: Self.pageSize, openingSenders: false)
        let names = try await names(of: page.items.map(\.tenantID))
        return EventsPage(page, names, state: state, reason: reason)
    }

    /// - Parameter state: `unknown`, `held` or `failed`.
    func replies(_ state: Reply.State, before cursor: Identifier?) async throws -> RepliesPage {
        let page = try await store.readGlobal(.operators) { rows in
            try rows.stuckReplies(state, before: cursor, limit: Self.pageSize)
        }
        return RepliesPage(page, try await names(of: page.items.map(\.tenantID)), state: state)
    }

    func switches() async throws -> SendingPage {
        let (switches, revision) = try await store.readGlobal { try $0.switches(of: .system) }
        return SendingPage(switches, revision: revision)
    }

    private func names(of tenants: [TenantID]) async throws -> [TenantID: String] {
        let wanted = Array(Set(tenants)).sorted()
        return try await store.readGlobal { try $0.names(of: wanted) }
    }
}
