/// Says what went wrong and what can be done: nothing of ours or of Meta's that is not meant for the reader.
struct FaultPage: Page, Equatable {
    var title: String
    /// What happened, and that nothing was changed.
    var message: String
    /// What to do now.
    var advice: String
    /// What is missing, by name.
    var missing: MissingNames?
    /// Accounts that cannot be connected, each with its reason.
    var excluded: ExcludedAccounts?
    /// Where to begin again; `nil` where that is not known or does not help.
    var againPath: String?

    static let template = """
        <p>{{message}}</p>
        {{#missing}}
        <ul>
        {{#names}}
        <li><code>{{.}}</code></li>
        {{/names}}
        </ul>
        {{/missing}}
        {{#excluded}}
        {{>excluded}}
        {{/excluded}}
        <p class="note">{{advice}}</p>
        {{#againPath}}
        <p><a class="button" href="{{.}}">Try again</a></p>
        {{/againPath}}
        """
}

/// Names of what is missing; there is no empty list of them.
struct MissingNames: Sendable, Equatable {
    let names: [String]

    init?(_ names: [String]) {
        guard !names.isEmpty else { return nil }
        self.names = names
    }
}
