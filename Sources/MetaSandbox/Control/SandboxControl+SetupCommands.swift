internal import Integrations

/// Commands that set the world up and spoil it.
extension SandboxControl {
    func setupCommand(_ name: String, _ method: String, _ given: ControlArguments) throws(ControlError) -> JSONValue? {
        switch (name, method) {
        // Body {seed?}: an empty world.
        case ("reset", "POST"):
            reset(seed: given.integer("seed").map { UInt64(bitPattern: $0) })
            return ["ok": true]
        case ("accounts", "POST"): return try addAccountCommand(given)
        case ("accounts", "GET"):
            let known = apply { world in
                world.accounts.map { ConnectedAccount(account: $0, page: world.page($0.pageID), tokens: [:]) }
            }
            return ["data": .array(known.map(ControlAnswers.account))]
        // Body {name, owner, tasks?}: a Page without an Instagram account.
        case ("pages", "POST"):
            let tasks = given.list("tasks") ?? ["MESSAGING", "MANAGE"]
            let page = addPage(name: try given.required("name"), owner: try given.required("owner"), tasks: tasks)
            return ControlAnswers.page(page)
        // Body {username, name?, blocked?}
        case ("people", "POST"):
            let username = try given.required("username")
            return ControlAnswers.person(
                addPerson(username, name: given.text("name"), isBlocking: given.flag("blocked")))
        // Body {mode: ask|allow|deny, account?, without?, pages?}: what the dialogs do by themselves.
        case ("consent", "POST"):
            setConsent(
                mode: given.text("mode") ?? "allow", account: given.text("account"),
                without: given.list("without") ?? [], pages: given.list("pages"))
            return ["ok": true]
        // Body {now_ms} or {offset_ms}; neither goes back to real time.
        case ("clock", "POST"):
            setClock(milliseconds: given.integer("now_ms"), offset: given.integer("offset_ms") ?? 0)
            return ["now_ms": .integer(now)]
        case ("clock", "GET"): return ["now_ms": .integer(now)]
        case ("settings", "POST"):
            try applySettings(given)
            return ["ok": true]
        case ("faults", "POST"): return try addFault(given)
        case ("faults", "GET"):
            var counts = JSONObject()
            for (fault, count) in strikes.sorted(by: { $0.key < $1.key }) { counts[fault] = .integer(Int64(count)) }
            return ["data": .array(faults.map(ControlAnswers.fault)), "strikes": .object(counts)]
        // ?id=&name=&account=: what is left out matches all.
        case ("faults", "DELETE"):
            let id = given.integer("id").map { Int($0) }
            switchOff(id: id, try fault(given), accountID: try accountID(given))
            return ["data": .array(faults.map(ControlAnswers.fault))]
        // Body {account, flow?, subcode?}
        case ("kill-token", "POST"):
            let count = try killToken(
                account: try given.required("account"), flow: try given.flow(),
                subcode: given.integer("subcode") ?? 460)
            return ["tokens": .integer(Int64(count))]
        case ("revive-token", "POST"):
            let count = try reviveToken(account: try given.required("account"), flow: try given.flow())
            return ["tokens": .integer(Int64(count))]
        // Body {account, flow}: Meta drops the webhooks without a word.
        case ("drop-subscription", "POST"):
            guard let flow = try given.flow() else { throw ControlError("flow is required") }
            try dropSubscription(account: try given.required("account"), flow: flow)
            return ["ok": true]
        // Body {account, allowed}: "Allow access to messages" of the owner.
        case ("message-access", "POST"):
            try setMessageAccess(account: try given.required("account"), isAllowed: given.flag("allowed") ?? true)
            return ["ok": true]
        // Body {account, scope, granted, flow?}: a scope is taken away from its tokens, or given back.
        case ("scope", "POST"):
            let count = try setScope(
                try given.required("scope"), account: try given.required("account"), flow: try given.flow(),
                isGranted: given.flag("granted") ?? false)
            return ["tokens": .integer(Int64(count))]
        // Body {account, linked}: whether the account's Page is linked to it.
        case ("page-link", "POST"):
            try setPageLink(account: try given.required("account"), isLinked: given.flag("linked") ?? true)
            return ["ok": true]
        // How often each Graph call was made, by "flow operation".
        case ("calls", "GET"):
            var counts = JSONObject()
            for (call, count) in apply({ $0.calls }).sorted(by: { $0.key < $1.key }) {
                counts[call] = .integer(Int64(count))
            }
            return .object(counts)
        default: return nil
        }
    }

    /// Body {username, name?, id?, app_scoped_id?, account_type?, owner?, tasks?, page?: false | {id?, name?},
    /// connect?: [flow]}
    private func addAccountCommand(_ given: ControlArguments) throws(ControlError) -> JSONValue {
        var new = NewAccount(username: try given.required("username"), owner: given.text("owner"))
        new.name = given.text("name")
        new.id = given.text("id") ?? given.text("instagram_page_id")
        new.appScopedID = given.text("app_scoped_id")
        new.hasPage = given.flag("page") ?? true
        new.pageID = given.request.json?["page"]?["id"]?.identifier
        new.pageName = given.request.json?["page"]?["name"]?.string
        if let tasks = given.list("tasks") { new.tasks = tasks }
        if let type = given.text("account_type") { new.accountType = type }
        var flows: [SandboxFlow] = []
        for name in given.list("connect") ?? [] {
            guard let flow = SandboxFlow(rawValue: name) else { throw ControlError("no such flow: \(name)") }
            flows.append(flow)
        }
        return ControlAnswers.account(addAccount(new, connecting: flows))
    }

    /// Body {name, account?, flow?, operation?, share?, count?, milliseconds?}
    private func addFault(_ given: ControlArguments) throws(ControlError) -> JSONValue {
        guard let name = try fault(given) else { throw ControlError("name is required") }
        let rule = FaultRule(
            name, accountID: try accountID(given), flow: try given.flow(), operation: given.text("operation"),
            share: given.number("share") ?? 1, remaining: given.integer("count").map { Int($0) },
            milliseconds: given.integer("milliseconds"))
        return ControlAnswers.fault(switchOn(rule))
    }

    private func fault(_ given: ControlArguments) throws(ControlError) -> FaultName? {
        guard let text = given.text("name") else { return nil }
        guard let name = FaultName(rawValue: text) else {
            throw ControlError("no such fault; there are " + FaultName.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return name
    }

    private func accountID(_ given: ControlArguments) throws(ControlError) -> String? {
        guard let name = given.text("account") else { return nil }
        guard let id = apply({ $0.account(name)?.id }) else { throw ControlError("no such account: \(name)") }
        return id
    }

    /// Body, all optional: {callback_url, batch_size, concurrency, paused, echo_delay_ms, retry_ms: [..],
    /// unsubscribe_after_drop, exchange_shape: real|documented, wraps_me, lists_no_pages, require_appsecret_proof,
    /// redirect_uris: [..], untick and tick: {"app/object": ["field"]}, instagram_app_secret, facebook_app_secret}
    private func applySettings(_ given: ControlArguments) throws(ControlError) {
        let json = given.request.json
        let shape = given.text("exchange_shape")
        guard shape == nil || shape.flatMap(SandboxConfiguration.ExchangeShape.init(rawValue:)) != nil else {
            throw ControlError("exchange_shape is real or documented")
        }
        let retries = json?["retry_ms"]?.array?.compactMap(\.integer)
        configure { settings in
            if let url = given.text("callback_url") { settings.callbackURL = url }
            if let size = given.integer("batch_size") { settings.batchSize = Int(max(1, min(1000, size))) }
            if let count = given.integer("concurrency") { settings.concurrency = Int(max(1, count)) }
            if let delay = given.integer("echo_delay_ms") { settings.echoDelay = delay }
            if let retries { settings.retryIntervals = retries }
            if let ends = given.flag("unsubscribe_after_drop") { settings.unsubscribesAfterDrop = ends }
            if let known = shape.flatMap(SandboxConfiguration.ExchangeShape.init(rawValue:)) {
                settings.exchangeShape = known
            }
            if let wraps = given.flag("wraps_me") { settings.wrapsMe = wraps }
            if let isEmpty = given.flag("lists_no_pages") { settings.listsNoPages = isEmpty }
            if let proof = given.flag("require_appsecret_proof") { settings.requiresAppSecretProof = proof }
            if let uris = given.list("redirect_uris") { settings.redirectURIs = uris }
            for (list, fields) in json?["untick"]?.object ?? [:] {
                settings.appFields[list]?.subtract(fields.array?.compactMap(\.string) ?? [])
            }
        }
        configure { settings in
            for (list, fields) in json?["tick"]?.object ?? [:] {
                settings.appFields[list]?.formUnion(fields.array?.compactMap(\.string) ?? [])
            }
            if let secret = given.text("instagram_app_secret") { settings.instagramApp.secret = secret }
            if let secret = given.text("facebook_app_secret") { settings.facebookApp.secret = secret }
        }
        if let isPaused = given.flag("paused") { pauseDeliveries(isPaused) }
    }
}
