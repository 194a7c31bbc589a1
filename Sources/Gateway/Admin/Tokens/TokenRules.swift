internal import Tenancy

/// What a token must say to open the API, and what it opens.
struct TokenRules: Sendable, Hashable {
    /// Compared byte by byte, as ``audience`` is.
    let issuer: String
    let audience: String
    /// The claim that names the tenant.
    let tenantClaim: String

    /// How far the clocks of issuer and service may be apart, in seconds.
    static let leeway = 60
    /// OpenID Connect Core, 2: `sub` has at most 255 characters. It stands in the audit log.
    private static let greatestSubject = 255

    /// - Parameters:
    ///   - claims: of a token whose signature is proven.
    ///   - now: to compare with.
    /// - Returns: who it is. A token never sees more than its one tenant.
    func identity(of claims: TokenClaims, now: Timestamp) throws(TokenFault) -> APIIdentity {
        guard claims.issuer.map({ Self.areEqual($0, issuer) }) ?? false else { throw .issuer }
        guard claims.audiences.contains(where: { Self.areEqual($0, audience) }) else { throw .audience }
        guard let expiresAt = claims.expiresAt else { throw .endless }
        guard now < expiresAt.adding(seconds: Self.leeway) else { throw .expired }
        let soon = now.adding(seconds: Self.leeway)
        guard claims.notBefore.map({ $0 <= soon }) ?? true, claims.issuedAt.map({ $0 <= soon }) ?? true else {
            throw .early
        }
        guard let subject = claims.subject, !subject.isEmpty, subject.utf8.count <= Self.greatestSubject,
            !ControlCharacters.are(in: subject)
        else { throw .subject }
        // The system tenant's rows are nobody's: a token that names it would be one for what no key sees.
        guard let tenant = claims.tenant.flatMap({ TenantID($0) }), tenant != .system else { throw .tenant }
        guard claims.scopes.contains("admin") || claims.scopes.contains("read") else { throw .scope }
        return APIIdentity(
            tokenOf: subject, issuer: issuer, tenant: tenant, mayChange: claims.scopes.contains("admin"))
    }

    /// Swift's own comparison takes texts for equal that Unicode calls equivalent.
    private static func areEqual(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}
