/// Says what went wrong and what can be done: nothing of ours or of Meta's that is not meant for the reader.
struct FaultPage: Page, Equatable {
    var language: PageLanguage = .english
    var title: String
    /// What happened, and that nothing was changed.
    var message: String
    /// What to do now.
    var advice: String
    /// What is missing.
    var missing: MissingPermissions?
    /// Accounts that cannot be connected, each with its reason.
    var excluded: ExcludedAccounts?
    /// Where to begin again; `nil` where that is not known or does not help.
    var againPath: String?

    static let template = """
        <p>{{message}}</p>
        {{#missing}}
        <ul class="plain">
        {{#permissions}}
        <li>{{title}} <code>{{scope}}</code></li>
        {{/permissions}}
        </ul>
        {{/missing}}
        {{#excluded}}
        {{>excluded}}
        {{/excluded}}
        <p class="note">{{advice}}</p>
        {{#againPath}}
        <p class="buttons"><a class="button" href="{{.}}">[[frame.again]]</a></p>
        {{/againPath}}
        """
}

/// Permissions that are missing; there is no empty list of them.
struct MissingPermissions: Sendable, Equatable {
    /// One of them.
    struct Permission: Sendable, Equatable {
        /// Meta's name for it.
        var scope: String
        /// What would be allowed.
        var title: String
    }

    let permissions: [Permission]

    init?(_ scopes: [String], in language: PageLanguage) {
        guard !scopes.isEmpty else { return nil }
        permissions = scopes.map {
            Permission(scope: $0, title: PermissionTexts.words(of: $0, in: language).title)
        }
    }
}
