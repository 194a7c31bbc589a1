internal import Cryptography
internal import Integrations

/// A Graph call whose token is known.
struct GraphCall: Sendable {
    var flow: SandboxFlow
    var request: SandboxRequest
    /// Path segments behind the version.
    var node: [String]
    var tokenValue: String
    var token: GrantedToken
    /// The account that the token acts for; none for a Facebook user's token.
    var account: SandboxAccount?
    var fields: FieldSelection

    /// What is called, by the names that fault rules use.
    var operation: String {
        switch (node.count, node.last) {
        case (2, "messages"?) where request.method == "POST": "send"
        case (2, "subscribed_apps"?): "subscribed_apps"
        case (2, "conversations"?): "conversations"
        case (2, "accounts"?): "accounts"
        case (2, "permissions"?): "permissions"
        case (2, "messages"?): "conversation"
        case (1, let id?):
            if InstagramMessageID(id) != nil || id.hasPrefix("m_") {
                "message"
            } else if InstagramConversationID(id) != nil || id.hasPrefix("t_") {
                "conversation"
            } else if id == "me" || id == account?.id || id == account?.pageID || id == account?.appScopedID {
                "me"
            } else {
                "profile"
            }
        default: "other"
        }
    }
}

extension SandboxWorld {
    /// Answers a call to either Graph host, faults included.
    mutating func graph(_ flow: SandboxFlow, _ request: SandboxRequest) -> SandboxAnswer {
        let node = Array(request.node)
        do {
            if let answer = try tokenEndpoint(flow, node, request) {
                return spoiled(answer, nil, flow, operation: "token")
            }
            var (value, token) = try identified(request.token, in: flow)
            // A Page's token goes on being that Page's when the account is linked to another one.
            let account = accounts.first {
                $0.id == token.accountID && (token.kind != .page || $0.pageID == token.pageIDs.first)
            }
            let call = GraphCall(
                flow: flow, request: request, node: node, tokenValue: value, token: token, account: account,
                fields: FieldSelection(request["fields"] ?? ""))
            if !request.hasWaited, let rule = strike(.slowRequest, account?.id, flow, operation: call.operation) {
                return .notYet(milliseconds: rule.milliseconds ?? 15_000)
            }
            calls["\(flow.rawValue) \(call.operation)", default: 0] += 1
            return finish(call) { (world: inout SandboxWorld) throws(GraphFailure) -> SandboxAnswer in
                try world.strikeBefore(call)
                (value, token) = try world.live(call.tokenValue, in: flow)
                try world.checkProof(call)
                return try world.perform(call)
            }
        } catch {
            return error.answer(trace: opaque("A", bytes: 16))
        }
    }

    /// The endpoints that hand out tokens: they need no token, or an app's.
    private mutating func tokenEndpoint(
        _ flow: SandboxFlow, _ node: [String], _ request: SandboxRequest
    ) throws(GraphFailure) -> SandboxAnswer? {
        let isGrant = ["access_token", "refresh_access_token", "debug_token"].contains(node.last ?? "")
        guard isGrant else { return nil }
        calls["\(flow.rawValue) token", default: 0] += 1
        if strike(.serverError, nil, flow, operation: "token") != nil { throw .serverError }
        switch (flow, node) {
        case (.instagramLogin, ["access_token"]): return try exchangeInstagramToken(request)
        case (.instagramLogin, ["refresh_access_token"]): return try refreshInstagramToken(request)
        case (.facebookPage, ["oauth", "access_token"]): return try exchangeFacebook(request)
        case (.facebookPage, ["debug_token"]): return try debugToken(request)
        default: throw .missingNode(node.joined(separator: "/"))
        }
    }

    /// A token that is known, dead or not: faults have to know whose call it is.
    private func identified(_ value: String?, in flow: SandboxFlow) throws(GraphFailure) -> (String, GrantedToken) {
        if let value, let token = tokens[value], token.flow == flow { return (value, token) }
        let (value, token) = try live(value, in: flow)
        return (value, token)
    }

    /// Faults that strike before anything is done.
    private mutating func strikeBefore(_ call: GraphCall) throws(GraphFailure) {
        let operation = call.operation
        let id = call.account?.id
        if strike(.tokenDead, id, call.flow, operation: operation) != nil { throw .deadToken(460) }
        if strike(.throttle, id, call.flow, operation: operation) != nil {
            if operation == "send" {
                throw GraphFailure(
                    code: 613, subcode: 2_534_040, message: "Calls to this api have exceeded the rate limit.")
            }
            throw GraphFailure(code: 4, message: "Application request limit reached", isTransient: true)
        }
        if strike(.code100, id, call.flow, operation: operation) != nil { throw .outage(call.request.method) }
        if ["send", "message", "conversation", "conversations"].contains(operation),
            strike(.noAppAccess, id, call.flow, operation: operation) != nil
        {
            throw .permission(
                "(#200) App does not have Advanced Access to instagram_manage_messages permission, and recipient user "
                    + "does not have role on app", subcode: 2_534_048)
        }
        if strike(.serverError, id, call.flow, operation: operation) != nil { throw .serverError }
        if operation == "message", strike(.messageLookup500, id, call.flow) != nil { throw .serverError }
    }

    /// `appsecret_proof` is checked where it is given, and asked for where the app says so.
    private func checkProof(_ call: GraphCall) throws(GraphFailure) {
        guard let proof = call.request["appsecret_proof"] else {
            guard call.flow == .facebookPage, configuration.requiresAppSecretProof else { return }
            throw .parameter("API calls from the server require an appsecret_proof argument")
        }
        let secret = configuration.app(call.flow.app).secret
        let key = try? HMACKey(utf8: secret)
        guard let key, let code = Hex.decode(proof), key.verifies(code, of: Array(call.tokenValue.utf8)) else {
            throw .parameter("Invalid appsecret_proof provided in the API argument")
        }
    }

    /// Runs a call and puts on what every answer has: usage headers, and the faults that strike afterwards.
    private mutating func finish(
        _ call: GraphCall, _ body: (inout SandboxWorld) throws(GraphFailure) -> SandboxAnswer
    ) -> SandboxAnswer {
        let id = call.account?.id
        let operation = call.operation
        var answer: SandboxAnswer
        var throttledMinutes: Int64 = 0
        if strike(.lostRequest, id, call.flow, operation: operation) != nil {
            answer = .json([:])
            answer.fate = .lost
            return answer
        }
        do {
            answer = try body(&self)
        } catch {
            if [4, 17, 32, 613].contains(error.code) { throttledMinutes = 1 }
            answer = error.answer(trace: opaque("A", bytes: 16))
        }
        answer = spoiled(answer, id, call.flow, operation: operation)
        answer.headers += usage(call, minutes: throttledMinutes)
        return answer
    }

    /// Faults that strike once everything is done.
    mutating func spoiled(
        _ answer: SandboxAnswer, _ id: String?, _ flow: SandboxFlow, operation: String
    ) -> SandboxAnswer {
        var answer = answer
        if answer.status < 400 {
            if strike(.late500, id, flow, operation: operation) != nil {
                let awaits = answer.awaits
                answer = GraphFailure.serverError.answer(trace: opaque("A", bytes: 16))
                answer.awaits = awaits
            }
            if strike(.lostAnswer, id, flow, operation: operation) != nil { answer.fate = .lost }
            if strike(.truncatedAnswer, id, flow, operation: operation) != nil { answer.fate = .truncated }
        }
        if let rule = strike(.slowAnswer, id, flow, operation: operation) {
            answer.delay += rule.milliseconds ?? 3000
        }
        return answer
    }

    private mutating func usage(_ call: GraphCall, minutes: Int64) -> [(String, String)] {
        let load: Int64 = minutes > 0 ? 100 : 1
        let numbers: JSONObject = [
            "call_count": .integer(load), "total_cputime": .integer(load), "total_time": .integer(load),
        ]
        var headers = [
            ("facebook-api-version", call.request.path.first ?? ""), ("x-fb-trace-id", opaque("", bytes: 8)),
            ("x-app-usage", JSONValue.object(numbers).text()),
        ]
        if let asset = call.account?.id ?? call.token.pageIDs.first {
            var one = numbers
            one["type"] = call.flow == .instagramLogin ? "instagram" : "messenger"
            one["estimated_time_to_regain_access"] = .integer(minutes)
            let usage: JSONValue = .object([asset: .array([.object(one)])])
            headers.append(("x-business-use-case-usage", usage.text()))
        }
        return headers
    }
}
