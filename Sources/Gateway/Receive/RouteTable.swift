internal import Synchronization
public import Tenancy

/// Which tenant an account's events belong to, kept in memory: every webhook asks.
///
/// A table that is behind costs nothing but time: an event that routes to nobody is kept by the system tenant and moved
/// when the sweep finds its route.
public final class RouteTable: Sendable {
    private let store: TenancyStore
    private let state = Mutex<(read: Int, revision: Int64, routes: [String: TenantID])>((0, -1, [:]))
    private let reads = Atomic(0)

    /// - Parameter store: where the routes are kept.
    public init(store: TenancyStore) {
        self.store = store
    }

    /// Reads all routes anew. Where a tenant was deleted, which frees its routes, keys in memory are forgotten as well.
    public func reload() async throws {
        let read = reads.add(1, ordering: .relaxed).newValue
        let (revision, tenants, fresh) = try await store.readGlobal { rows in
            (try rows.routesRevision(), try rows.tenantsRevision(), try rows.routes())
        }
        store.forgetKeys(at: tenants)
        let table = Dictionary(fresh.map { ($0.accountID, $0.tenantID) }, uniquingKeysWith: { first, _ in first })
        // Of two that read at the same time the older one may come last.
        state.withLock { if read > $0.read { $0 = (read, revision, table) } }
    }

    /// Reads the routes anew where another process has changed them.
    func reloadIfChanged() async throws {
        let revision = try await store.readGlobal { try $0.routesRevision() }
        if state.withLock({ $0.revision != revision }) { try await reload() }
    }

    /// - Parameter account: `entry[].id`.
    /// - Returns: the owner, or `nil` where nobody has connected the account.
    public func tenant(of account: String) -> TenantID? {
        state.withLock { $0.routes[account] }
    }
}
