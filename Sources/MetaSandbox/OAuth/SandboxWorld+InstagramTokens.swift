internal import Integrations

extension SandboxWorld {
    /// `POST api.instagram.com/oauth/access_token`. Its errors have a shape of their own.
    mutating func exchangeInstagramCode(_ request: SandboxRequest) -> SandboxAnswer {
        let app = configuration.instagramApp
        guard request["client_id"] == app.id, request["client_secret"] == app.secret else {
            return Self.exchangeError("Invalid platform app")
        }
        guard request["grant_type"] == "authorization_code" else { return Self.exchangeError("Invalid grant_type") }
        guard let value = request["code"], let code = redeem(value, .instagramLogin) else {
            return Self.exchangeError("Matching code was not found or was already used")
        }
        guard code.redirectURI == request["redirect_uri"] else {
            return Self.exchangeError(
                "Error validating verification code. Please make sure your redirect_uri is "
                    + "identical to the one you used in the OAuth dialog request")
        }
        let account = accounts.first { $0.id == code.accountID }
        let token = issue(
            GrantedToken(
                kind: .instagramShort, scopes: code.scopes, accountID: code.accountID, issuedAt: moment.world,
                expiresAt: moment.world + Lifetime.hour))
        let id = account?.appScopedID ?? ""
        switch configuration.exchangeShape {
        case .real:
            return .json([
                "access_token": .string(token), "user_id": Int64(id).map { .integer($0) } ?? .string(id),
                "permissions": .array(code.scopes.map { .string($0) }),
            ])
        case .documented:
            let data: JSONValue = [
                "access_token": .string(token), "user_id": .string(id),
                "permissions": .string(code.scopes.joined(separator: ",")),
            ]
            return .json(["data": [data]])
        }
    }

    private static func exchangeError(_ message: String) -> SandboxAnswer {
        .json(["error_type": "OAuthException", "code": 400, "error_message": .string(message)], status: 400)
    }

    /// A code is good for an hour and for one use.
    mutating func redeem(_ value: String, _ flow: SandboxFlow) -> AuthorizationCode? {
        // Callers that forget to cut `#_` off fail here as they would at Meta.
        guard let code = codes[value], !code.isUsed, code.flow == flow, code.expiresAt > moment.world else {
            return nil
        }
        codes[value]?.isUsed = true
        return code
    }

    /// Stores a token under a fresh value.
    mutating func issue(_ token: GrantedToken) -> String {
        let value = opaque(token.flow == .instagramLogin ? "IGAA" : "EAA", bytes: 90)
        tokens[value] = token
        return value
    }

    /// `GET graph.instagram.com/access_token`: short to long-lived.
    mutating func exchangeInstagramToken(_ request: SandboxRequest) throws(GraphFailure) -> SandboxAnswer {
        guard request["grant_type"] == "ig_exchange_token" else {
            throw .parameter("The parameter grant_type is required")
        }
        guard request["client_secret"] == configuration.instagramApp.secret else {
            throw GraphFailure(code: 101, message: "Error validating client secret.")
        }
        let (_, token) = try live(request.token, in: .instagramLogin)
        guard token.kind == .instagramShort else { throw .parameter("Session key invalid") }
        return longLived(token, withPermissions: false)
    }

    /// `GET graph.instagram.com/refresh_access_token`: at least 24 h old, still alive, basic permission held.
    mutating func refreshInstagramToken(_ request: SandboxRequest) throws(GraphFailure) -> SandboxAnswer {
        guard request["grant_type"] == "ig_refresh_token" else {
            throw .parameter("The parameter grant_type is required")
        }
        let (_, token) = try live(request.token, in: .instagramLogin)
        guard token.kind == .instagramLong, token.scopes.contains("instagram_business_basic") else {
            throw .parameter("This token cannot be refreshed")
        }
        guard moment.world - token.issuedAt >= Lifetime.day else {
            throw GraphFailure(code: 10, message: "(#10) The access token must be at least 24 hours old")
        }
        return longLived(token, withPermissions: true)
    }

    private mutating func longLived(_ token: GrantedToken, withPermissions: Bool) -> SandboxAnswer {
        var long = token
        long.kind = .instagramLong
        long.issuedAt = moment.world
        long.expiresAt = moment.world + Lifetime.long
        var members: JSONObject = [
            "access_token": .string(issue(long)), "token_type": "bearer",
            "expires_in": .integer(Lifetime.long / 1000),
        ]
        if withPermissions { members["permissions"] = .string(token.scopes.joined(separator: ",")) }
        return .json(.object(members))
    }

    /// Finds a token and says why it cannot be used.
    func live(_ value: String?, in flow: SandboxFlow) throws(GraphFailure) -> (value: String, token: GrantedToken) {
        guard let value, !value.isEmpty else {
            throw GraphFailure(
                code: 104, message: "An access token is required to request this resource.")
        }
        // A token of the other host is no token here.
        guard let token = tokens[value], token.flow == flow else { throw .badToken }
        if let subcode = token.deadSubcode { throw .deadToken(subcode) }
        if let end = token.expiresAt, end <= moment.world { throw .deadToken(463) }
        return (value, token)
    }
}
