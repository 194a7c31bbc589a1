internal import Integrations
internal import Logging

/// Tells who a token is from: signature, time, issuer, audience, tenant, scope.
struct TokenVerifier: Sendable {
    private let rules: TokenRules
    private let source: KeySetSource
    private let clock: any WallClock

    /// - Throws: ``TransportError`` where libcurl cannot start.
    init(_ configuration: GatewayConfiguration.JWT, clock: any WallClock, logger: Logger) throws(TransportError) {
        rules = TokenRules(
            issuer: configuration.issuer, audience: configuration.audience, tenantClaim: configuration.tenantClaim)
        let times: KeySetSchedule.Times =
            switch configuration.keySet {
            case .url: .url
            case .file: .file
            }
        source = KeySetSource(
            try KeySetReader(configuration.keySet), times: times, clock: clock, logger: logger)
        self.clock = clock
    }

    /// - Parameter text: the token as it came.
    /// - Throws: ``TokenFault``.
    func identity(_ text: String) async throws(TokenFault) -> APIIdentity {
        let token = try SignedToken(text)
        guard let keys = await source.keys(.use) else { throw .keysUnavailable }
        do throws(TokenFault) {
            try keys.verify(token)
        } catch {
            guard KeySet.mayBeOutdated(error, for: token), let newer = await source.keys(.unknownKey) else {
                throw error
            }
            try newer.verify(token)
        }
        return try rules.identity(of: try TokenClaims(token.payload, tenantClaim: rules.tenantClaim), now: clock.now)
    }
}
