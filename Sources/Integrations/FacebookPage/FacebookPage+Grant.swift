extension FacebookPage {
    /// Both exchanges, the person's id and the granted scopes.
    public func exchange(code: String, redirectURI: String) async throws(GraphError) -> Grant {
        let brief = try await token(
            .exchange,
            [
                ("client_id", configuration.appID), ("redirect_uri", redirectURI),
                ("client_secret", configuration.appSecret), ("code", GrantAnswers.code(code)),
            ])
        let token = try await token(
            .lengthen,
            [
                ("grant_type", "fb_exchange_token"), ("client_id", configuration.appID),
                ("client_secret", configuration.appSecret), ("fb_exchange_token", brief.value),
            ])
        let person = try await graph(GraphCall(.identity, .get, ["me"], query: [("fields", "id")], token: token))
        return Grant(token: token, scopes: try await grantedScopes(token), userID: person["id"]?.identifier)
    }

    /// Page tokens do not end by age, so there is nothing to renew: the same token.
    public func refresh(_ access: AccountAccess) async throws(GraphError) -> AccessToken {
        access.token
    }

    /// The Page's own object tells the linked account; `debug_token` tells whether the token lives and what it may do.
    public func inspect(_ access: AccountAccess) async throws(GraphError) -> TokenInspection {
        let state = try await debug(access.token)
        if state["is_valid"]?.bool == false {
            let code = state["error"]?["code"]?.looseInteger.flatMap { Int(exactly: $0) }
            let subcode = state["error"]?["subcode"]?.looseInteger.flatMap { Int(exactly: $0) }
            throw GraphError(.tokenDead, status: 200, code: code, subcode: subcode)
        }
        let page = try await page(access.facebookPageID ?? "me", token: access.token)
        return TokenInspection(
            instagramPageID: page["instagram_business_account"]?["id"]?.identifier, scopes: Self.scopes(in: state))
    }

    /// One Page with its linked Instagram account; both the list and the fallback ask for these fields.
    func page(_ id: String, token: AccessToken, withToken: Bool = false) async throws(GraphError) -> JSONValue {
        let fields = "id,name,instagram_business_account{id,username}" + (withToken ? ",access_token" : "")
        return try await graph(GraphCall(.identity, .get, [id], query: [("fields", fields)], token: token))
    }

    /// What Meta knows of a token, asked with the app's own token.
    func debug(_ token: AccessToken) async throws(GraphError) -> JSONValue {
        let appToken = "\(configuration.appID)|\(configuration.appSecret)"
        let answer: JSONValue
        do {
            answer = try await graph(
                GraphCall(
                    .permissions, .get, ["debug_token"],
                    query: [("input_token", token.value), ("access_token", appToken)]))
        } catch  where error.kind == .tokenDead {
            // It is the app's own secret that Meta does not accept, and says nothing of the token that was asked about.
            throw GraphError(.unsupported)
        }
        guard let data = answer["data"], data.object != nil else { throw GraphError(.malformed) }
        return data
    }

    private func token(
        _ operation: GraphOperation, _ query: [(name: String, value: String)]
    ) async throws(GraphError) -> AccessToken {
        // A code works once: an exchange that is repeated unseen would fail and hide the first answer.
        let call = GraphCall(
            operation, .get, ["oauth", "access_token"], query: query, isIdempotent: operation != .exchange)
        return try GrantAnswers.token(try await graph(call))
    }

    private func grantedScopes(_ token: AccessToken) async throws(GraphError) -> [String] {
        let answer = try await graph(GraphCall(.permissions, .get, ["me", "permissions"], token: token))
        return (answer["data"]?.array ?? []).compactMap { entry in
            entry["status"]?.string == "granted" ? entry["permission"]?.string : nil
        }
    }

    /// Both lists: a scope limited to certain Pages may stand in the granular one alone.
    private static func scopes(in state: JSONValue) -> [String] {
        let granular = (state["granular_scopes"]?.array ?? []).compactMap { $0["scope"]?.string }
        return GrantAnswers.scopes(state["scopes"]).reduce(into: granular) { all, scope in
            if !all.contains(scope) { all.append(scope) }
        }
    }
}
