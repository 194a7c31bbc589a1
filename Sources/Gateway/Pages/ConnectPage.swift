/// The doctor's page of one connect link: what will be connected, how, and what will be asked.
struct ConnectPage: Page, Equatable {
    /// A permission that Meta will ask for.
    struct Permission: Sendable, Equatable {
        /// Meta's name for it.
        var scope: String
        /// What is allowed.
        var title: String
        /// What it is needed for.
        var why: String
    }

    var language: PageLanguage
    /// The practice's name.
    var practice: String
    /// The flow's name for people.
    var flow: String
    /// How one signs in by this flow.
    var way: String
    /// What has to be there before.
    var needs: [String]
    /// What the button says.
    var action: String
    /// Where the button leads.
    var authorizePath: String
    var permissions: [Permission]
    /// The connection that exists already.
    var connection: ConnectionLine?
    /// Until when the link works, in words.
    var expires: String

    var title: String { ConnectText.title.text(in: language) }

    static let template = """
        <p>[[connect.intro]]</p>
        <dl>
        <dt>[[connect.practice]]</dt><dd>{{practice}}</dd>
        <dt>[[connect.way]]</dt><dd>{{flow}}</dd>
        <dt>[[connect.expires]]</dt><dd>{{expires}}</dd>
        </dl>
        {{#connection}}
        <h2>[[connect.now]]</h2>
        <dl>
        <dt>[[connect.account]]</dt><dd>{{account}}</dd>
        <dt>[[connect.way]]</dt><dd>{{flow}}</dd>
        <dt>[[connect.state]]</dt><dd>{{state}}</dd>
        </dl>
        {{/connection}}
        <h2>[[connect.needs]]</h2>
        <p>{{way}}</p>
        <ul>
        {{#needs}}
        <li>{{.}}</li>
        {{/needs}}
        </ul>
        <h2>[[connect.asked]]</h2>
        <p>[[connect.asked_intro]]</p>
        <ul class="plain">
        {{#permissions}}
        <li><strong>{{title}}</strong><p>{{why}} <code>{{scope}}</code></p></li>
        {{/permissions}}
        </ul>
        <p class="note">[[connect.password]]</p>
        <p class="buttons"><a class="button" href="{{authorizePath}}" rel="nofollow">{{action}}</a></p>
        """
}

/// A connection in words.
struct ConnectionLine: Sendable, Equatable {
    /// `@name`, or the id where no name is known.
    var account: String
    var flow: String
    var state: String
}
