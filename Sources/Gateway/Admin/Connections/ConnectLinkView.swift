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

    /// - Parameters:
    ///   - returnURL: where the browser goes afterwards; the tenant's own where it is `nil`.
    ///   - author: who makes it, for the audit log.
    func issue(
        tenant: Tenant, flow: Flow, purpose: ConnectLink.Purpose, returnURL: String? = nil,
        expiresInSeconds: Int = ConnectLinks.defaultLifetime, by author: AuditAuthor
    ) async throws -> ConnectLinkView {
        let made = try await links.create(
            tenant: tenant.id, flow: flow, purpose: purpose, returnURL: returnURL ?? tenant.returnURL,
            expiresInSeconds: expiresInSeconds, by: author, now: clock.now)
        return view(made.link, token: made.token)
    }

    /// A link that has been stored already.
    func view(_ link: ConnectLink, token: String) -> ConnectLinkView {
        ConnectLinkView(
            url: "\(publicURL)/connect/\(token)", flow: link.flow.rawValue, purpose: link.purpose.rawValue,
            expiresAt: link.expiresAt.rfc3339)
    }
}
