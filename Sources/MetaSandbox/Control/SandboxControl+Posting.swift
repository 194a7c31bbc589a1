internal import Cryptography
public import Integrations

/// How the app answered a POST that a control call made at once.
public struct PostedBody: Sendable, Hashable {
    /// HTTP status; 0 where no answer came.
    public var status: Int
    /// What the app said.
    public var answer: [UInt8]
}

extension SandboxControl {
    /// Delivers any bytes to the callback at once, without retries.
    /// - Parameters:
    ///   - app: whose secret signs.
    ///   - signature: this header value in place of the right one; `.some(nil)` sends no signature at all.
    public func deliverRaw(
        _ body: [UInt8], signedBy app: MetaApp = .instagram, signature: String?? = nil
    ) async throws(ControlError) -> PostedBody {
        let (url, secret) = apply { ($0.configuration.callbackURL, $0.configuration.app(app).secret) }
        guard let url else { throw ControlError("no callback_url is set") }
        let sign: WebhookPoster.Signature = signature.map { .text($0) } ?? .with(secret: secret)
        let (status, answer) = await poster.post(body, to: url, signature: sign)
        return PostedBody(status: status, answer: answer)
    }

    /// Asks the callback for the verification handshake.
    /// - Returns: whether it gave the challenge back.
    public func handshake(verifyToken: String? = nil) async throws(ControlError) -> Bool {
        let (url, token) = apply { ($0.configuration.callbackURL, $0.configuration.verifyToken) }
        guard let url else { throw ControlError("no callback_url is set") }
        let challenge = "1158201444"
        let query = FormFields.encode([
            ("hub.mode", "subscribe"), ("hub.challenge", challenge), ("hub.verify_token", verifyToken ?? token),
        ])
        let (status, answer) = await poster.get(url + (url.contains("?") ? "&" : "?") + query)
        return status == 200 && answer == Array(challenge.utf8)
    }

    /// Posts a `signed_request`, as the deauthorize and data-deletion callbacks get one.
    /// - Parameters:
    ///   - url: the callback's address.
    ///   - name: the account; it stands for its app-scoped user, or for the Page's owner.
    public func postSignedRequest(to url: String, account name: String, flow: SandboxFlow)
        async throws(ControlError) -> PostedBody
    {
        let (secret, user, now) = apply { world in
            let account = world.account(name)
            let owner = world.page(account?.pageID).map { world.facebookUsers[$0.owner] ?? "" }
            let user = flow == .instagramLogin ? account?.appScopedID : owner
            return (world.configuration.app(flow.app).secret, user, world.moment.world / 1000)
        }
        guard let user, let key = try? HMACKey(utf8: secret) else { throw ControlError("no such account") }
        let payload: JSONValue = [
            "algorithm": "HMAC-SHA256", "expires": .integer(now + 3600), "issued_at": .integer(now),
            "user_id": .string(user),
        ]
        let encoded = Base64URL.encode(payload.encoded(.meta))
        let code = Base64URL.encode(key.authenticate(Array(encoded.utf8)))
        let (status, answer) = await poster.postForm([("signed_request", "\(code).\(encoded)")], to: url)
        return PostedBody(status: status, answer: answer)
    }
}

/// What came of a restamped sample.
public struct RestampedSample: Sendable {
    /// The bodies as they were (or would be) delivered.
    public var bodies: [[UInt8]]
    /// The mids that were built for it.
    public var mids: [String]
    /// How the app answered each body; empty where nothing was delivered.
    public var posted: [PostedBody]
}

extension SandboxControl {
    /// Delivers a sample payload as if it had just happened: ids, mids and times become those of an account and a person.
    /// - Parameters:
    ///   - template: one body, or an array of bodies that are delivered one after another.
    ///   - flow: whose app signs; `nil` takes Instagram Login where the account is connected by it, and the Meta app for
    ///     object `page` and all others.
    ///   - delivers: whether to post it at once, or only to hand the bodies back.
    public func restamp(
        _ template: JSONValue, account: String, person: String, flow: SandboxFlow? = nil, delivers: Bool = true
    ) async throws(ControlError) -> RestampedSample {
        let (bodies, mids, chosen) = try apply { (world: inout SandboxWorld) throws(ControlError) in
            try world.restamp(template, account: account, person: person, flow: flow)
        }
        var result = RestampedSample(bodies: bodies.map { $0.encoded(.meta) }, mids: mids, posted: [])
        guard delivers else { return result }
        for body in result.bodies {
            result.posted.append(try await deliverRaw(body, signedBy: chosen.app))
        }
        return result
    }
}
