internal import Integrations

extension SandboxWorld {
    /// Carries a call out.
    mutating func perform(_ call: GraphCall) throws(GraphFailure) -> SandboxAnswer {
        if call.flow == .facebookPage, call.token.kind != .page { return try performAsUser(call) }
        guard let account = call.account else { return try performAsBarePage(call) }
        switch (call.request.method, call.node.count, call.node.last) {
        case (_, 2, "subscribed_apps"?):
            try requireSelf(call, account)
            return try subscribedApps(call, asset: call.flow == .instagramLogin ? account.id : account.pageID ?? "")
        case ("POST", 2, "messages"?):
            return try send(call, account)
        case ("GET", 2, "conversations"?):
            try requireSelf(call, account)
            return try listConversations(call, account)
        case ("GET", 2, "messages"?):
            return try conversationMessages(call, account)
        case ("POST", 2, "messenger_profile"?), ("DELETE", 2, "messenger_profile"?):
            return .json(["result": "success"])
        case ("GET", 1, let id?):
            switch call.operation {
            case "me": return me(call, account)
            case "message": return try message(id, call, account)
            case "conversation": return try conversation(id, call, account)
            default: return try profile(id, call, account)
            }
        default: throw .missingNode(call.node.joined(separator: "/"))
        }
    }

    /// The node must be the token's own account or Page.
    private func requireSelf(_ call: GraphCall, _ account: SandboxAccount) throws(GraphFailure) {
        let id = call.node.first ?? ""
        // In the Page flow the Instagram id is no node for messaging edges.
        let own = call.flow == .instagramLogin ? [account.id, account.appScopedID] : [account.pageID ?? ""]
        guard id == "me" || own.contains(id) else { throw .missingNode(id) }
    }

    /// `/me` or the account's or Page's own node.
    private mutating func me(_ call: GraphCall, _ account: SandboxAccount) -> SandboxAnswer {
        if call.flow == .facebookPage {
            guard let page = page(account.pageID), call.node.first != account.id else {
                let node: JSONObject = [
                    "id": .string(account.id), "username": .string(account.username), "name": .string(account.name),
                ]
                return .json(call.fields.pick(from: node))
            }
            return .json(call.fields.pick(from: pageNode(page, under: call.token), standard: ["name"]))
        }
        let node: JSONObject = [
            "user_id": .string(account.id), "username": .string(account.username), "name": .string(account.name),
            "account_type": .string(account.accountType),
            "profile_picture_url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001",
            "id": .string(account.appScopedID),
        ]
        let picked = call.fields.pick(from: node)
        return .json(configuration.wrapsMe ? ["data": [picked]] : picked)
    }

    /// A Page's token without an Instagram account behind it: it can show the Page, and nothing else.
    private mutating func performAsBarePage(_ call: GraphCall) throws(GraphFailure) -> SandboxAnswer {
        guard let page = page(call.token.pageIDs.first) else { throw .badToken }
        switch (call.request.method, call.node.count, call.node.last) {
        case (_, 2, "subscribed_apps"?): return try subscribedApps(call, asset: page.id)
        case ("GET", 1, _): return .json(call.fields.pick(from: pageNode(page, under: call.token), standard: ["name"]))
        default:
            throw GraphFailure(
                status: 403, code: 3,
                message: "(#3) Application does not have the capability "
                    + "to make this API call.")
        }
    }

    /// `subscribed_apps` of an account or Page: read, set, delete.
    private mutating func subscribedApps(_ call: GraphCall, asset: String) throws(GraphFailure) -> SandboxAnswer {
        let key = SubscriptionKey(app: call.flow.app, asset: asset)
        switch call.request.method {
        case "GET":
            guard let fields = subscriptions[key] else { return .json(["data": []]) }
            let app: JSONValue = [
                "id": .string(configuration.app(call.flow.app).id), "name": "Sandbox",
                "subscribed_fields": .array(fields.map { .string($0) }),
            ]
            return .json(["data": [app]])
        case "POST":
            let needed =
                call.flow == .instagramLogin ? "instagram_business_manage_messages" : "pages_manage_metadata"
            guard call.token.scopes.contains(needed) else {
                throw .permission("(#200) The permission \(needed) is needed")
            }
            let listed = call.request.json?["subscribed_fields"]?.array?.compactMap(\.string)
            let fields =
                listed ?? (call.request["subscribed_fields"] ?? "").split(separator: ",").map(String.init)
            guard !fields.isEmpty else { throw .parameter("The parameter subscribed_fields is required") }
            let known = configuration.appFields.values.reduce(into: Self.pageOnlyFields) { $0.formUnion($1) }
            let refused: Set<String> =
                call.flow == .facebookPage ? ["comments", "live_comments", "story_insights", "messaging_seen"] : []
            if let odd = fields.first(where: { !known.contains($0) || refused.contains($0) }) {
                throw .parameter("Param subscribed_fields must be one of the known fields - got \"\(odd)\"")
            }
            subscriptions[key] = fields
            return .json(["success": true])
        case "DELETE":
            subscriptions[key] = nil
            return .json(["success": true])
        default: throw .outage(call.request.method)
        }
    }

    /// Fields of a Page that have nothing to do with messages.
    private static let pageOnlyFields: Set<String> = ["feed", "mention", "name", "picture", "message_context"]
}
