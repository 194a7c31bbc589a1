internal import Tenancy

/// A connect link as the API shows it: the only time that its address can be seen.
struct ConnectLinkView: Encodable, Sendable {
    var url: String
    var flow: String
    var purpose: String
    var expiresAt: String

    private enum CodingKeys: String, CodingKey {
        case url, flow, purpose
        case expiresAt = "expires_at"
    }
}

/// Makes connect links with their full address.
struct ConnectLinkIssuer: Sendable {
    let links: ConnectLinks
    /// Without a slash at its end.
    let publicURL: String
    let clock: any WallClock

    /// - Parameter returnURL: where the browser goes afterwards; the tenant's own where it is `nil`.
    func issue(
        tenant: Tenant, flow: Flow, purpose: ConnectLink.Purpose, returnURL: String? = nil,
        expiresInSeconds: Int = ConnectLinks.defaultLifetime
    ) async throws -> ConnectLinkView {
        let made = try await links.create(
            tenant: tenant.id, flow: flow, purpose: purpose, returnURL: returnURL ?? tenant.returnURL,
            expiresInSeconds: expiresInSeconds, now: clock.now)
        return ConnectLinkView(
            url: "\(publicURL)/connect/\(made.token)", flow: flow.rawValue, purpose: purpose.rawValue,
            expiresAt: made.link.expiresAt.rfc3339)
    }
}
