/// The doctor's page of one connect link: what will be connected, how, and what will be asked.
struct ConnectPage: Page, Equatable {
    /// The practice's name.
    var practice: String
    /// The flow's name for people.
    var flow: String
    /// What the button says.
    var action: String
    /// Where the button leads; `nil` where there is nothing to press.
    var authorizePath: String?
    /// The scopes that Meta will ask for.
    var scopes: [String]
    /// The connection that exists already.
    var connection: ConnectionLine?
    /// Until when the link works, in words.
    var expires: String

    var title: String { "Connect Instagram" }

    static let template = """
        <p>This page connects the Instagram account of <strong>{{practice}}</strong>, so that direct messages from
        patients can be received and answered.</p>
        <dl>
        <dt>Practice</dt><dd>{{practice}}</dd>
        <dt>Way of connecting</dt><dd>{{flow}}</dd>
        <dt>This link works until</dt><dd>{{expires}}</dd>
        </dl>
        {{#connection}}
        <h2>Connected now</h2>
        <dl>
        <dt>Account</dt><dd>{{account}}</dd>
        <dt>Way of connecting</dt><dd>{{flow}}</dd>
        <dt>State</dt><dd>{{state}}</dd>
        </dl>
        {{/connection}}
        {{#authorizePath}}
        <h2>What you will be asked</h2>
        <p>Instagram or Facebook will ask you to allow these permissions. Please leave all of them ticked: without them
        messages cannot be received or answered.</p>
        <ul>
        {{#scopes}}
        <li><code>{{.}}</code></li>
        {{/scopes}}
        </ul>
        <p class="note">The account must be a professional one (business or creator), and in the Instagram app
        “Allow access to messages” must be on under Settings, Messages, Connected tools.</p>
        <p><a class="button" href="{{.}}" rel="nofollow">{{action}}</a></p>
        {{/authorizePath}}
        """
}

/// A connection in words.
struct ConnectionLine: Sendable, Equatable {
    /// `@name`, or the id where no name is known.
    var account: String
    var flow: String
    var state: String
}
