internal import Integrations

extension SandboxWorld {
    /// `GET graph.facebook.com/oauth/access_token`: code to user token, and user token to long-lived one.
    mutating func exchangeFacebook(_ request: SandboxRequest) throws(GraphFailure) -> SandboxAnswer {
        let app = configuration.facebookApp
        guard request["client_id"] == app.id else {
            throw GraphFailure(code: 101, message: "Error validating application. Cannot get application info.")
        }
        guard request["client_secret"] == app.secret else {
            throw GraphFailure(code: 1, message: "Error validating client secret.")
        }
        switch request["grant_type"] {
        case "client_credentials":
            return .json(["access_token": .string("\(app.id)|\(app.secret)"), "token_type": "bearer"])
        case "fb_exchange_token":
            var (_, token) = try live(request["fb_exchange_token"], in: .facebookPage)
            guard token.kind != .page else { throw .parameter("A user token is required") }
            token.kind = .userLong
            token.issuedAt = moment.world
            token.expiresAt = moment.world + Lifetime.long
            return .json([
                "access_token": .string(issue(token)), "token_type": "bearer",
                "expires_in": .integer(Lifetime.long / 1000),
            ])
        default:
            guard let value = request["code"], let code = redeem(value, .facebookPage) else {
                throw GraphFailure(
                    code: 100, subcode: 36009, message: "This authorization code has been used or has expired.")
            }
            guard code.redirectURI == request["redirect_uri"] else {
                throw GraphFailure(
                    code: 100, subcode: 36008,
                    message: "Error validating verification code. Please make sure your redirect_uri is identical "
                        + "to the one you used in the OAuth dialog request")
            }
            let token = issue(
                GrantedToken(
                    kind: .userShort, scopes: code.scopes, owner: code.owner, pageIDs: code.pageIDs,
                    issuedAt: moment.world, expiresAt: moment.world + 2 * Lifetime.hour))
            return .json([
                "access_token": .string(token), "token_type": "bearer",
                "expires_in": .integer(2 * Lifetime.hour / 1000),
            ])
        }
    }

    /// The token of a Page under a user's grant: the same one as long as it lives.
    mutating func pageToken(_ page: SandboxPage, under user: GrantedToken) -> String {
        let known = tokens.first { _, token in
            token.kind == .page && token.pageIDs == [page.id] && token.owner == user.owner
                && token.deadSubcode == nil && token.scopes == user.scopes
        }
        if let known { return known.key }
        return issue(
            GrantedToken(
                kind: .page, scopes: user.scopes, accountID: page.accountID, owner: user.owner, pageIDs: [page.id],
                issuedAt: moment.world))
    }

    /// `GET /debug_token`, with the app's own token.
    func debugToken(_ request: SandboxRequest) throws(GraphFailure) -> SandboxAnswer {
        let app = configuration.facebookApp
        guard request.token == "\(app.id)|\(app.secret)" else { throw .badToken }
        guard let value = request["input_token"], let token = tokens[value], token.flow == .facebookPage else {
            let error: JSONValue = ["code": 190, "message": "Invalid OAuth access token."]
            return .json(["data": ["error": error, "is_valid": false, "scopes": []]])
        }
        let isValid = token.deadSubcode == nil && token.expiresAt ?? .max > moment.world
        let accounts = token.pageIDs.compactMap { page($0)?.accountID }
        let scopes = token.scopes.map { scope -> JSONValue in
            let targets = scope.hasPrefix("instagram_") ? accounts : scope.hasPrefix("pages_") ? token.pageIDs : []
            guard !targets.isEmpty else { return ["scope": .string(scope)] }
            return ["scope": .string(scope), "target_ids": .array(targets.map { .string($0) })]
        }
        return .json([
            "data": [
                "app_id": .string(app.id), "type": token.kind == .page ? "PAGE" : "USER", "application": "Sandbox",
                "data_access_expires_at": .integer((token.issuedAt + 90 * Lifetime.day) / 1000),
                "expires_at": .integer((token.expiresAt ?? 0) / 1000), "is_valid": .bool(isValid),
                "issued_at": .integer(token.issuedAt / 1000),
                "scopes": .array(token.scopes.map { .string($0) }), "granular_scopes": .array(scopes),
                "user_id": .string(facebookUsers[token.owner ?? ""] ?? ""),
            ]
        ])
    }

    /// Makes tokens dead, or alive again.
    /// - Parameters:
    ///   - flow: only this flow's; `nil` is both.
    ///   - subcode: of error 190; `nil` revives.
    /// - Returns: how many tokens changed.
    mutating func setTokens(of account: SandboxAccount, _ flow: SandboxFlow?, deadSubcode subcode: Int64?) -> Int {
        changeTokens(of: account, flow) { $0.deadSubcode = subcode }
    }

    /// Changes an account's tokens.
    /// - Returns: how many were not so before.
    mutating func changeTokens(
        of account: SandboxAccount, _ flow: SandboxFlow?, _ change: (inout GrantedToken) -> Void
    ) -> Int {
        var changed = 0
        for (value, token) in tokens where flow == nil || token.flow == flow {
            let isOfPage = account.pageID.map { token.pageIDs.contains($0) } ?? false
            guard token.accountID == account.id || isOfPage else { continue }
            var next = token
            change(&next)
            guard next != token else { continue }
            tokens[value] = next
            changed += 1
        }
        return changed
    }
}
