internal import Cryptography
internal import HTTPTypes
internal import Hummingbird
internal import Tenancy

/// Lets only requests with a valid key or token pass: `Authorization: Bearer KEY`; and of those, and of the others, not too
/// many.
struct APIAuthentication: RouterMiddleware {
    typealias Context = GatewayRequestContext

    private let bootstrapDigest: [UInt8]?
    private let keys: APIKeys
    private let tokens: TokenVerifier?
    private let isLiving: @Sendable (TenantID) async throws -> Bool
    private let limiter: RateLimiter
    private let clock: any WallClock

    /// - Parameters:
    ///   - bootstrap: the configured key with all scopes.
    ///   - tokens: `nil` where only keys are taken.
    ///   - isLiving: whether a token's tenant is there; keys of one that was deleted are revoked.
    init(
        bootstrap: Secret?, keys: APIKeys, tokens: TokenVerifier?, limiter: RateLimiter, clock: any WallClock,
        isLiving: @escaping @Sendable (TenantID) async throws -> Bool
    ) {
        bootstrapDigest = bootstrap.map { SHA256.digest(Array($0.value.utf8)) }
        self.keys = keys
        self.tokens = tokens
        self.isLiving = isLiving
        self.limiter = limiter
        self.clock = clock
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let identity: APIIdentity
        let address = ClientAddress(peer: context.peer, forwarded: request.headers[.xForwardedFor])
        var isCounted = false
        do {
            identity = try await self.identity(request) {
                isCounted = true
                try limiter.count(address: address)
            }
        } catch let problem as Problem {
            if !isCounted { try limiter.count(address: address) }
            throw problem
        }
        try limiter.count(caller: identity.caller)
        if !identity.mayChange, request.method != .get, request.method != .head {
            throw Problem(.forbidden, "This key may only read.")
        }
        context.identity = identity
        return try await next(request, context)
    }

    /// - Parameter beforeGuess: the bootstrap key is a text that people choose, and no look into the database stands before it:
    ///   whoever comes with something that may be meant for it is counted first, or a limit would slow nobody who guesses.
    private func identity(_ request: Request, beforeGuess: () throws -> Void) async throws -> APIIdentity {
        guard let header = request.headers[.authorization] else {
            throw Self.unauthorized("A key is required: Authorization: Bearer KEY.")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Self.unauthorized("The header must read: Authorization: Bearer KEY.")
        }
        let text = String(parts[1])
        guard let bootstrapDigest else { return try await known(text) }
        func isBootstrap() -> Bool {
            // Digests have one length, so that comparing tells nothing about the key's.
            constantTimeEqual(SHA256.digest(Array(text.utf8)), bootstrapDigest)
        }
        if !isAnother(text) {
            try beforeGuess()
            return isBootstrap() ? APIIdentity(keyID: nil, scope: .admin) : try await known(text)
        }
        do {
            return try await known(text)
        } catch let problem as Problem where problem.status == .unauthorized {
            // A bootstrap key may look like another one.
            try beforeGuess()
            if isBootstrap() { return APIIdentity(keyID: nil, scope: .admin) }
            throw problem
        }
    }

    /// Whether a text has the form of something else than a key that people choose.
    private func isAnother(_ text: String) -> Bool {
        APIKeys.isMeant(text) || (tokens != nil && SignedToken.isMeant(text))
    }

    /// Whose token or stored key a text is.
    private func known(_ text: String) async throws -> APIIdentity {
        if let tokens, SignedToken.isMeant(text) {
            let identity: APIIdentity
            do throws(TokenFault) {
                identity = try await tokens.identity(text)
            } catch {
                throw error.problem
            }
            // A deleted practice's own provider may go on making tokens.
            guard let tenant = identity.onlyTenant, try await isLiving(tenant) else {
                throw Self.unauthorized("The token's practice does not exist.")
            }
            return identity
        }
        guard let key = try await keys.authenticate(text, now: clock.now) else {
            throw Self.unauthorized("The key is not known, has ended or was revoked.")
        }
        return APIIdentity(keyID: key.id, scope: key.scope)
    }

    private static func unauthorized(_ detail: String) -> Problem {
        Problem(.unauthorized, detail, headers: [.wwwAuthenticate: "Bearer"])
    }
}
