/// The choice among several accounts that one consent reaches.
struct AccountsPage: Page, Equatable {
    /// One account that can be connected.
    struct Choice: Sendable, Equatable {
        /// The form's value.
        var id: String
        /// What a person knows it by.
        var name: String
        /// `@name` on Instagram.
        var username: String?
        /// Whether it is the first, and so ticked.
        var isFirst: Bool
    }

    var language: PageLanguage
    var practice: String
    /// Where the form is sent.
    var action: String
    /// Ties the form to the browser that it was shown to.
    var csrf: String
    var choices: [Choice]
    /// Those that cannot be connected.
    var excluded: ExcludedAccounts?
    /// The origin of another site that the browser goes to afterwards.
    var leadsTo: String?

    var title: String { ConnectText.accountsTitle.text(in: language) }

    static let template = """
        <p>[[accounts.intro]]</p>
        <form method="post" action="{{action}}">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <fieldset>
        <legend>[[accounts.legend]]</legend>
        <ul class="plain">
        {{#choices}}
        <li><label class="choice"><input type="radio" name="account" value="{{id}}" required{{#isFirst}} checked{{/isFirst}}>
        <span>{{name}}{{#username}} <span class="quiet">{{.}}</span>{{/username}}</span></label></li>
        {{/choices}}
        </ul>
        </fieldset>
        <p class="buttons"><button class="button" type="submit">[[accounts.button]]</button></p>
        </form>
        {{#excluded}}
        <h2>[[accounts.excluded]]</h2>
        {{>excluded}}
        {{/excluded}}
        """
}

/// Accounts that cannot be connected; there is no empty list of them.
struct ExcludedAccounts: Sendable, Equatable {
    /// One of them.
    struct Account: Sendable, Equatable {
        var name: String
        /// Why, and what can be done about it.
        var reason: String
    }

    let accounts: [Account]

    init?(_ accounts: [Account]) {
        guard !accounts.isEmpty else { return nil }
        self.accounts = accounts
    }
}
