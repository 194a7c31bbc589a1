/// The consent dialogs. Their buttons take the way that scripts take with `auto=allow` and `auto=deny`.
enum ConsentPage {
    /// What Meta shows where the dialog cannot open.
    static func refusal(_ fault: String) -> String {
        HTML.page("Sorry, something went wrong", body: "<p>\(HTML.escape(fault))</p>")
    }

    /// The question, with the choice of account and the scopes to untick.
    static func ask(_ flow: SandboxFlow, _ request: SandboxRequest, world: SandboxWorld) -> String {
        let kept = ["client_id", "redirect_uri", "response_type", "scope", "state", "config_id"]
        let hidden = kept.compactMap { name in request[name].map { HTML.hidden(name, $0) } }.joined()
        let scopes = world.requestedScopes(request).map { scope in
            let name = HTML.escape(scope)
            return "<label><input type=\"checkbox\" name=\"granted\" value=\"\(name)\" checked> \(name)</label>"
        }.joined()
        let choices: String
        switch flow {
        case .instagramLogin:
            choices = world.accounts.enumerated().map { index, account in
                choice("account", account.username, "\(account.name) (@\(account.username))", isChosen: index == 0)
            }.joined()
        case .facebookPage:
            choices = world.facebookUsers.keys.sorted().enumerated().map { index, owner in
                let pages = world.pages.filter { $0.owner == owner }.map(\.name).joined(separator: ", ")
                return choice("account", owner, "\(owner): \(pages)", isChosen: index == 0)
            }.joined()
        }
        let title = flow == .instagramLogin ? "Sandbox: Instagram" : "Sandbox: Facebook"
        return HTML.page(
            title,
            body: """
                <p>An app asks for access to your messages.</p><form method="get">\(hidden)
                <fieldset><legend>Account</legend>\(choices)</fieldset>
                <fieldset><legend>What it may do</legend>\(scopes)</fieldset>
                <button name="auto" value="allow">Allow</button><button name="auto" value="deny">Deny</button></form>
                """)
    }

    private static func choice(_ name: String, _ value: String, _ title: String, isChosen: Bool) -> String {
        let value = HTML.escape(value)
        let mark = isChosen ? " checked" : ""
        return "<label><input type=\"radio\" name=\"\(name)\" value=\"\(value)\"\(mark)> \(HTML.escape(title))</label>"
    }
}
