internal import Integrations

/// Calls with a Facebook user's token.
extension SandboxWorld {
    mutating func performAsUser(_ call: GraphCall) throws(GraphFailure) -> SandboxAnswer {
        let userID = facebookUsers[call.token.owner ?? ""] ?? ""
        let isMe = call.node.first == "me" || call.node.first == userID
        switch (call.request.method, call.node.count, call.node.last) {
        case ("GET", 0, _): return try nodes(call)
        case ("GET", 2, "accounts"?) where isMe: return try listPages(call)
        case ("GET", 2, "permissions"?) where isMe:
            let declined = Self.knownScopes(.facebookPage).filter { !call.token.scopes.contains($0) }
            let rows =
                call.token.scopes.map { Self.permissionRow($0, "granted") }
                + declined.prefix(1).map { Self.permissionRow($0, "declined") }
            return .json(["data": .array(rows)])
        case ("DELETE", 2, "permissions"?) where isMe:
            for (value, token) in tokens where token.owner == call.token.owner && token.flow == .facebookPage {
                tokens[value]?.deadSubcode = 458
            }
            return .json(["success": true])
        case ("GET", 1, _) where isMe:
            let node: JSONObject = ["name": .string(call.token.owner ?? ""), "id": .string(userID)]
            return .json(call.fields.pick(from: node, standard: ["name"]))
        case ("GET", 1, let id?):
            guard let page = page(id), call.token.pageIDs.contains(id) else { throw .missingNode(id) }
            return .json(call.fields.pick(from: pageNode(page, under: call.token), standard: ["name"]))
        case (_, 2, _):
            throw GraphFailure(
                code: 190, message: "This method must be called with a Page Access Token")
        default: throw .missingNode(call.node.joined(separator: "/"))
        }
    }

    private static func permissionRow(_ scope: String, _ status: String) -> JSONValue {
        ["permission": .string(scope), "status": .string(status)]
    }

    /// A Page as the API shows it. The token is there only for somebody with a role on it.
    mutating func pageNode(_ page: SandboxPage, under token: GrantedToken) -> JSONObject {
        var node: JSONObject = [
            "name": .string(page.name), "access_token": .string(pageToken(page, under: token)),
        ]
        if let account = accounts.first(where: { $0.id == page.accountID }),
            token.scopes.contains("instagram_basic")
        {
            node["instagram_business_account"] = [
                "id": .string(account.id), "username": .string(account.username),
                "profile_picture_url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001",
            ]
        }
        node["id"] = .string(page.id)
        node["tasks"] = .array(page.tasks.map { .string($0) })
        return node
    }

    /// `/me/accounts`, in pages of `limit`.
    private mutating func listPages(_ call: GraphCall) throws(GraphFailure) -> SandboxAnswer {
        guard call.token.scopes.contains("pages_show_list") else {
            throw .permission("(#200) Requires pages_show_list permission")
        }
        let granted = configuration.listsNoPages ? [] : pages.filter { call.token.pageIDs.contains($0.id) }
        let limit = max(1, min(100, call.request["limit"].flatMap { Int($0) } ?? 25))
        let start = call.request["after"].flatMap(Self.position) ?? 0
        let shown = granted.dropFirst(start).prefix(limit)
        let rows = shown.map { page in
            call.fields.pick(from: pageNode(page, under: call.token), standard: ["name", "access_token", "tasks"])
        }
        guard !rows.isEmpty else { return .json(["data": []]) }
        let end = start + shown.count
        var paging: JSONObject = [
            "cursors": ["before": .string(Self.cursor(start)), "after": .string(Self.cursor(end))]
        ]
        if end < granted.count {
            let path = call.request.path.joined(separator: "/")
            let query = FormFields.encode([
                ("access_token", call.tokenValue), ("fields", call.request["fields"] ?? ""), ("limit", "\(limit)"),
                ("after", Self.cursor(end)),
            ])
            paging["next"] = .string("\(call.request.origin)/facebook-graph/\(path)?\(query)")
        }
        return .json(["data": .array(rows), "paging": .object(paging)])
    }

    /// `/?ids=a,b`: the nodes by id.
    private mutating func nodes(_ call: GraphCall) throws(GraphFailure) -> SandboxAnswer {
        var result = JSONObject()
        for id in (call.request["ids"] ?? "").split(separator: ",").map(String.init) {
            guard let page = page(id), call.token.pageIDs.contains(id) else { throw .missingNode(id) }
            result[id] = call.fields.pick(from: pageNode(page, under: call.token), standard: ["name"])
        }
        return .json(.object(result))
    }

    /// Paging cursors are opaque to callers.
    static func cursor(_ position: Int) -> String { EscapedBase64.encode(Array("cursor:\(position)".utf8)) }

    static func position(_ cursor: String) -> Int? {
        guard let bytes = EscapedBase64.decode(cursor) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasPrefix("cursor:") ? Int(text.dropFirst(7)) : nil
    }
}
