extension InstagramLogin {
    /// The answer's `user_id` is the app-scoped id, an integer beyond 2^53 at times, and never the webhooks' id.
    public func exchange(code: String, redirectURI: String) async throws(GraphError) -> Grant {
        let form: [(name: String, value: String)] = [
            ("client_id", configuration.appID), ("client_secret", configuration.appSecret),
            ("grant_type", "authorization_code"), ("redirect_uri", redirectURI), ("code", GrantAnswers.code(code)),
        ]
        let answer = GrantAnswers.unwrapped(
            try await login(
                GraphCall(
                    .exchange, .post, ["oauth", "access_token"], isVersioned: false, body: .form(form),
                    isIdempotent: false)))
        let brief = try GrantAnswers.token(answer)
        return Grant(
            token: try await lengthen(brief), scopes: GrantAnswers.scopes(answer["permissions"]),
            userID: answer["user_id"]?.identifier)
    }

    /// From one hour to 60 days.
    private func lengthen(_ brief: AccessToken) async throws(GraphError) -> AccessToken {
        let answer = try await graph(
            GraphCall(
                .lengthen, .get, ["access_token"], isVersioned: false,
                query: [
                    ("grant_type", "ig_exchange_token"), ("client_secret", configuration.appSecret),
                    ("access_token", brief.value),
                ]))
        return try GrantAnswers.token(answer)
    }

    /// Needs no secret; the token must be older than a day and still alive.
    public func refresh(_ access: AccountAccess) async throws(GraphError) -> AccessToken {
        let answer = try await graph(
            GraphCall(
                .refresh, .get, ["refresh_access_token"], isVersioned: false,
                query: [("grant_type", "ig_refresh_token"), ("access_token", access.token.value)]))
        return try GrantAnswers.token(answer)
    }

    /// One account: the one that signed in. Its key is `user_id`, which webhooks carry; `id` is app-scoped and routes
    /// nothing, but deauthorize and deletion callbacks name it.
    public func accounts(of grant: Grant) async throws(GraphError) -> [AccountCandidate] {
        let identity = try await identity(of: grant.token)
        let isPersonal = identity["account_type"]?.string?.uppercased() == "PERSONAL"
        let accountID = identity["user_id"]?.identifier
        guard accountID != nil || isPersonal else { throw GraphError(.malformed) }
        let username = identity["username"]?.string
        var aliases: [String] = []
        for alias in [identity["id"]?.identifier, grant.userID].compactMap({ $0 })
        where alias != accountID && !aliases.contains(alias) {
            aliases.append(alias)
        }
        return [
            AccountCandidate(
                instagramPageID: accountID, username: username, facebookPageID: nil,
                title: username ?? identity["name"]?.string ?? accountID ?? "Instagram", token: grant.token,
                aliases: aliases, ineligible: isPersonal ? .personalAccount : nil)
        ]
    }

    /// The flow has no way to ask for the scopes granted now.
    public func inspect(_ access: AccountAccess) async throws(GraphError) -> TokenInspection {
        let identity = try await identity(of: access.token)
        return TokenInspection(instagramPageID: identity["user_id"]?.identifier, scopes: nil)
    }

    private func identity(of token: AccessToken) async throws(GraphError) -> JSONValue {
        let fields = "id,user_id,username,name,account_type"
        return GrantAnswers.unwrapped(
            try await graph(GraphCall(.identity, .get, ["me"], query: [("fields", fields)], token: token)))
    }
}
