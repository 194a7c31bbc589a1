internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Storage
internal import Tenancy

/// `Idempotency-Key` on every POST: the same request is answered as before, and what it asks for happens once.
///
/// The same key with another body is 409, and so is a request whose first attempt has not ended (with `Retry-After`).
/// Answers are kept for 24 hours, sealed; failures (5xx) and refusals for being too many (429) are not.
///
/// A crash between effect and answer doubles nothing where the effect is written down with the claim (`TenantRows.once`):
/// tenants, API keys, a person's messages, `retry` and `cancel`. The next attempt then answers with the state of that
/// moment; the text of a new API key is lost with the first answer. Of the rest, setting a conversation's automation and
/// replaying events come to the same when they are done twice, and a second connect link leaves a first one whose address
/// nobody was told.
struct IdempotencyMiddleware: RouterMiddleware {
    typealias Context = GatewayRequestContext

    let store: TenancyStore
    let clock: any WallClock

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = try IdempotencyKey(request.headers),
            let tenant = try tenant(context)
        else { return try await next(request, context) }
        var (request, context) = (request, context)
        let body = try await request.collectBody(upTo: BodyLimit.ordinary)
        switch try await finding(key, request, [UInt8](body.readableBytesView), tenant, caller: try context.caller()) {
        case .answered(let bytes): return try StoredAnswer(bytes: bytes).response
        case .otherRequest: throw Problem(.conflict, "This Idempotency-Key was used for another request.")
        case .inProgress:
            throw Problem(
                .conflict, "The first request with this Idempotency-Key has not been answered yet.",
                headers: [.retryAfter: "1"])
        case .claimed(let claim):
            context.claim = claim
            return try await answer(request, context, claim, next)
        }
    }

    /// Among whose rows the request is remembered; `nil` where it is about a tenant that the caller does not see, which the
    /// route itself answers.
    private func tenant(_ context: Context) throws -> TenantID? {
        guard let text = context.parameters.get("tenant_id") else { return .system }
        let caller = try context.caller()
        return TenantID(text).flatMap { caller.sees($0) ? $0 : nil }
    }

    private func finding(
        _ key: IdempotencyKey, _ request: Request, _ body: [UInt8], _ tenant: TenantID, caller: APIIdentity
    ) async throws -> RequestFinding {
        let keys = try await store.keys(of: tenant)
        let digest = keys.digest(
            "idempotency", caller.idempotencyOwner, request.method.rawValue, request.uri.path, key.text
        )
        let content = keys.digest("idempotency request", [Array((request.uri.query ?? "").utf8), body])
        let now = clock.now
        let id = store.makeID(now: now, of: RequestClaim.self).raw
        return try await store.write(tenant) { rows in
            try rows.claim(digest: digest, request: content, id: id, now: now)
        }
    }

    private func answer(
        _ request: Request, _ context: Context, _ claim: RequestClaim,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            guard let problem = Problem(known: error), StoredAnswer.isKept(problem.status, problem.headers)
            else {
                await settle(claim, nil, context)
                throw error
            }
            response = problem.response
        }
        guard StoredAnswer.isKept(response.status, response.headers) else {
            await settle(claim, nil, context)
            return response
        }
        let body = try await CollectedBody.bytes(of: response.body)
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        await settle(claim, StoredAnswer(response, body: body), context)
        return response
    }

    /// Keeps an answer, or gives the claim back. Where that fails the answer goes out all the same: it is true, and the next
    /// attempt finds what was made.
    private func settle(_ claim: RequestClaim, _ answer: StoredAnswer?, _ context: Context) async {
        do {
            let bytes = try answer?.encoded()
            try await store.write(claim.tenant) { rows in
                if let bytes { try rows.keep(bytes, of: claim) } else { try rows.release(claim) }
            }
        } catch {
            context.logger.warning(
                "an answer could not be kept for its Idempotency-Key",
                metadata: ["error": "\(LoggableError.describe(error))"])
        }
    }
}
