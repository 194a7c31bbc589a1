/// Why a tenant was not changed.
public enum TenantError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such tenant.
    case notFound
    /// The tenant has changed since it was read; its revision now.
    case changed(revision: Int64)

    /// For logs.
    public var description: String {
        switch self {
        case .notFound: "no such tenant"
        case .changed(let revision): "the tenant is at revision \(revision) now"
        }
    }
}
