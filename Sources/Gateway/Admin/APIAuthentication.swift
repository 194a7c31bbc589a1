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
    private let limiter: RateLimiter
    private let clock: any WallClock

    /// - Parameters:
    ///   - bootstrap: the configured key with all scopes.
    ///   - tokens: `nil` where only keys are taken.
    init(
        bootstrap: Secret?, keys: APIKeys, tokens: TokenVerifier?, limiter: RateLimiter, clock: any WallClock
    ) {
        bootstrapDigest = bootstrap.map { SHA256.digest(Array($0.value.utf8)) }
        self.keys = keys
        self.tokens = tokens
        self.limiter = limiter
        self.clock = clock
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let identity: APIIdentity
        do {
            identity = try await self.identity(request)
        } catch let problem as Problem {
            try limiter.count(
                address: ClientAddress(peer: context.peer, forwarded: request.headers[.xForwardedFor]))
            throw problem
        }
        try limiter.count(caller: identity.caller)
        if !identity.mayChange, request.method != .get, request.method != .head {
            throw Problem(.forbidden, "This key may only read.")
        }
        context.identity = identity
        return try await next(request, context)
    }

    private func identity(_ request: Request) async throws -> APIIdentity {
        guard let header = request.headers[.authorization] else {
            throw Self.unauthorized("A key is required: Authorization: Bearer KEY.")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Self.unauthorized("The header must read: Authorization: Bearer KEY.")
        }
        let text = String(parts[1])
        // Digests have one length, so that comparing tells nothing about the key's.
        if let bootstrapDigest, constantTimeEqual(SHA256.digest(Array(text.utf8)), bootstrapDigest) {
            return APIIdentity(keyID: nil, scope: .admin)
        }
        if let tokens, SignedToken.isMeant(text) {
            do throws(TokenFault) {
                return try await tokens.identity(text)
            } catch {
                throw error.problem
            }
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
