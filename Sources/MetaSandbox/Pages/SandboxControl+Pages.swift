internal import Integrations

/// The web pages: plain HTML, no script.
extension SandboxControl {
    /// Answers `/` and `/pages/...`.
    func page(_ request: SandboxRequest) async -> SandboxAnswer {
        switch (request.method, request.path.first, request.path.last) {
        case ("GET", nil, _): return home(nil)
        case ("GET", "pages"?, "thread"?): return thread(request)
        case ("GET", "pages"?, "faults"?): return faultsPage()
        case ("POST", "pages"?, "write"?): return submit(request)
        case ("POST", "pages"?, "faults"?): return switchFault(request)
        default: return .html(HTML.page("Not found", body: "<p><a href=\"/\">Start</a></p>"), status: 404)
        }
    }

    private func home(_ problem: String?) -> SandboxAnswer {
        let (accounts, threads) = apply { world in
            let keys = world.threads.filter { !$0.value.messages.isEmpty }.keys
            return (world.accounts, keys.sorted { ($0.accountID, $0.person) < ($1.accountID, $1.person) })
        }
        let options = accounts.map { account in
            "<option value=\"\(HTML.escape(account.username))\">@\(HTML.escape(account.username))</option>"
        }.joined()
        let links = threads.map { key in
            let name = accounts.first { $0.id == key.accountID }?.username ?? key.accountID
            let query = Self.query(name, key.person, key.channel)
            return "<li><a href=\"/pages/thread?\(HTML.escape(query))\">\(HTML.escape(key.person)) and "
                + "@\(HTML.escape(name)) (\(key.channel.rawValue))</a></li>"
        }.joined()
        let warning = problem.map { "<p role=\"alert\"><strong>\(HTML.escape($0))</strong></p>" } ?? ""
        let hint = accounts.isEmpty ? "<p>There is no account yet: POST /control/accounts makes one.</p>" : ""
        let form = """
            <form method="post" action="/pages/write"><fieldset><legend>Write as a patient</legend>
            <label>To <select name="account">\(options)</select></label>
            <label>As <input type="text" name="person" value="patient_one" required></label>
            <label>On <select name="channel"><option>instagram</option><option>messenger</option></select></label>
            <label>Text <input type="text" name="text" required></label><button>Send</button></fieldset></form>
            """
        return .html(
            HTML.page(
                "Meta sandbox",
                body:
                    "\(warning)\(hint)\(form)<h2>Threads</h2><ul>\(links)</ul><p><a href=\"/pages/faults\">Faults</a></p>"
            ))
    }

    private func thread(_ request: SandboxRequest) -> SandboxAnswer {
        let account = request["account"] ?? ""
        let person = request["person"] ?? ""
        let channel = Channel(rawValue: request["channel"] ?? "") ?? .instagram
        let lines = messages(account: account, person: person, on: channel).map { line in
            let text = line.isDeleted ? "(taken back)" : line.text ?? "(\(line.kind))"
            let who = line.isInbound ? person : line.sentThrough.map { "the service, \($0.rawValue)" } ?? "the practice"
            let edits = line.editCount > 0 ? ", edited" : ""
            return "<div class=\"\(line.isInbound ? "in" : "out")\">\(HTML.escape(text))<div class=\"note\">"
                + "\(HTML.escape(who)), \(SandboxWorld.time(line.at))\(edits)</div></div>"
        }.joined()
        let fields =
            HTML.hidden("account", account) + HTML.hidden("person", person) + HTML.hidden("channel", channel.rawValue)
        let body = """
            <p><a href="/">All threads</a></p>\(lines)
            <form method="post" action="/pages/write">\(fields)
            <label>Write as \(HTML.escape(person)) <input type="text" name="text" required></label>
            <button>Send</button></form><p class="note">The page loads itself again every 2 seconds.</p>
            """
        return .html(HTML.page("\(person) and @\(account)", refresh: 2, body: body))
    }

    private func submit(_ request: SandboxRequest) -> SandboxAnswer {
        let given = ControlArguments(request: request)
        do {
            let account = try given.required("account")
            let person = try given.required("person")
            let channel = try given.channel()
            try write(try given.content(), from: person, to: account, on: channel)
            return .redirect("/pages/thread?\(Self.query(account, person, channel))", status: 303)
        } catch {
            return home(error.description)
        }
    }

    private func faultsPage() -> SandboxAnswer {
        let rules = faults
        let accounts = apply { $0.accounts }
        let rows = rules.map { rule in
            let name = accounts.first { $0.id == rule.accountID }?.username ?? "all accounts"
            let left = rule.remaining.map { "\($0) times" } ?? "without end"
            return """
                <tr><td>\(rule.name.rawValue)</td><td>\(HTML.escape(name))</td><td>\(rule.share)</td><td>\(left)</td>
                <td><form method="post" action="/pages/faults">\(HTML.hidden("off", "\(rule.id)"))
                <button>Switch off</button></form></td></tr>
                """
        }.joined()
        let names = FaultName.allCases.map { "<option>\($0.rawValue)</option>" }.joined()
        let options = accounts.map { "<option>\(HTML.escape($0.username))</option>" }.joined()
        let body = """
            <p><a href="/">Start</a></p><table><tr><th>Fault</th><th>Account</th><th>Share</th><th>Left</th></tr>\(rows)
            </table><form method="post" action="/pages/faults"><fieldset><legend>Switch on</legend>
            <label>Fault <select name="name">\(names)</select></label>
            <label>Account <select name="account"><option value="">all</option>\(options)</select></label>
            <label>Share, 0 to 1 <input type="text" name="share" value="1"></label>
            <label>How often (empty: without end) <input type="text" name="count"></label>
            <label>Milliseconds <input type="text" name="milliseconds"></label><button>Switch on</button>
            </fieldset></form>
            """
        return .html(HTML.page("Faults", body: body))
    }

    private func switchFault(_ request: SandboxRequest) -> SandboxAnswer {
        if let id = request["off"].flatMap({ Int($0) }) {
            switchOff(id: id)
        } else if let name = request["name"].flatMap(FaultName.init(rawValue:)) {
            let account = request["account"].flatMap { name in apply { $0.account(name)?.id } }
            switchOn(
                FaultRule(
                    name, accountID: account, share: request["share"].flatMap { Double($0) } ?? 1,
                    remaining: request["count"].flatMap { Int($0) },
                    milliseconds: request["milliseconds"].flatMap { Int64($0) }))
        }
        return .redirect("/pages/faults", status: 303)
    }

    private static func query(_ account: String, _ person: String, _ channel: Channel) -> String {
        FormFields.encode([("account", account), ("person", person), ("channel", channel.rawValue)])
    }
}
