internal import Integrations

extension SandboxWorld {
    /// The consent dialog of either flow. With `auto=allow` or `auto=deny`, or with automatic consent switched on, it
    /// answers with the redirect at once; the page's own buttons do the same.
    mutating func authorize(_ flow: SandboxFlow, _ request: SandboxRequest) -> SandboxAnswer {
        let redirectURI = request["redirect_uri"] ?? ""
        if let fault = dialogFault(flow, request) { return .html(ConsentPage.refusal(fault), status: 400) }
        switch request["auto"] ?? consent.mode {
        case "deny":
            return back(
                to: redirectURI, state: request["state"],
                [
                    ("error", "access_denied"), ("error_reason", "user_denied"),
                    ("error_description", "The user denied your request."),
                ])
        case "allow":
            guard let code = grant(flow, request) else {
                return .html(ConsentPage.refusal("There is no such account to consent with."), status: 400)
            }
            let answer = back(to: redirectURI, state: request["state"], [("code", code)])
            guard flow == .instagramLogin, let address = answer.headers.first?.1 else { return answer }
            return .redirect(address + "#_")
        default:
            return .html(ConsentPage.ask(flow, request, world: self))
        }
    }

    /// Why the dialog refuses to open, as Meta's error page would say.
    private func dialogFault(_ flow: SandboxFlow, _ request: SandboxRequest) -> String? {
        guard request["client_id"] == configuration.app(flow.app).id else { return "Invalid platform app" }
        guard let redirectURI = request["redirect_uri"], redirectURI.contains("://"), !redirectURI.contains("#") else {
            return "Invalid redirect_uri"
        }
        if let allowed = configuration.redirectURIs, !allowed.contains(redirectURI) { return "Invalid redirect_uri" }
        guard request["response_type"] ?? "code" == "code" else { return "Invalid response_type" }
        let scopes = requestedScopes(request)
        if flow == .facebookPage, request["config_id"] != nil, scopes.isEmpty { return nil }
        let unknown = scopes.filter { !Self.knownScopes(flow).contains($0) }
        guard unknown.isEmpty else { return "Invalid Scopes: \(unknown.joined(separator: ", "))" }
        guard flow == .facebookPage || scopes.contains("instagram_business_basic") else { return "Invalid scope" }
        return scopes.isEmpty ? "Invalid scope" : nil
    }

    /// The scopes that a flow's dialog knows.
    static func knownScopes(_ flow: SandboxFlow) -> [String] {
        switch flow {
        case .instagramLogin:
            [
                "instagram_business_basic", "instagram_business_manage_messages",
                "instagram_business_manage_comments", "instagram_business_content_publish",
                "instagram_business_manage_insights",
            ]
        case .facebookPage:
            [
                "public_profile", "email", "pages_show_list", "pages_manage_metadata", "pages_messaging",
                "pages_read_engagement", "instagram_basic", "instagram_manage_messages",
                "instagram_manage_comments", "business_management",
            ]
        }
    }

    /// The scopes that are asked for; a Login for Business configuration stands for all that messaging needs.
    func requestedScopes(_ request: SandboxRequest) -> [String] {
        let listed = (request["scope"] ?? "").split { $0 == "," || $0 == " " }.map(String.init)
        guard listed.isEmpty, request["config_id"] != nil else { return listed }
        return Self.knownScopes(.facebookPage).filter { $0 != "email" && $0 != "instagram_manage_comments" }
    }

    private mutating func grant(_ flow: SandboxFlow, _ request: SandboxRequest) -> String? {
        let ticked = request.query.all("granted") + request.form.all("granted")
        let left = (request["without"] ?? "").split(separator: ",").map(String.init) + consent.without
        let scopes = requestedScopes(request).filter { scope in
            !left.contains(scope) && (ticked.isEmpty || ticked.contains(scope))
        }
        var code = AuthorizationCode(
            flow: flow, redirectURI: request["redirect_uri"] ?? "", scopes: scopes,
            expiresAt: moment.world + Lifetime.hour)
        let name = request["account"] ?? consent.account
        switch flow {
        case .instagramLogin:
            guard let account = name.map({ account($0) }) ?? accounts.first else { return nil }
            code.accountID = account.id
        case .facebookPage:
            let named = name.map { name in page(account(name)?.pageID)?.owner ?? name }
            guard let owner = named ?? pages.first?.owner, facebookUsers[owner] != nil else { return nil }
            let own = pages.filter { $0.owner == owner }.map(\.id)
            let chosen = request.query.all("page") + request.form.all("page")
            let wanted = chosen.isEmpty ? consent.pages ?? own : chosen
            code.owner = owner
            code.pageIDs = own.filter { wanted.contains($0) }
        }
        let value = opaque("AQ", bytes: 60)
        codes[value] = code
        return value
    }

    private func back(to redirectURI: String, state: String?, _ fields: [(String, String)]) -> SandboxAnswer {
        var fields = fields
        if let state { fields.append(("state", state)) }
        return .redirect(redirectURI + (redirectURI.contains("?") ? "&" : "?") + FormFields.encode(fields))
    }
}
