/// Where an operator shows a key.
struct SignInPage: OperatorPage, Equatable {
    /// Why the last attempt opened nothing.
    enum Fault: Sendable, Equatable {
        case refused
        case tooOften
        case unreadable

        var text: String {
            switch self {
            case .refused: "This key does not open the page. It takes a key of the scope admin that has not ended."
            case .tooOften: "There were too many attempts. Please wait a little."
            case .unreadable: "The form could not be read. Please try again."
            }
        }
    }

    /// What is said about the last attempt.
    var fault: String?

    init(fault: Fault?) {
        self.fault = fault?.text
    }

    var title: String { "Operations" }

    static let template = """
        {{#fault}}
        <p class="note" role="alert">{{.}}</p>
        {{/fault}}
        <form method="post" action="/admin/sign-in">
        <p><label for="key">API key</label><br>
        <input type="password" id="key" name="key" size="48" autocomplete="current-password" spellcheck="false" required></p>
        <p><button class="button" type="submit">Sign in</button></p>
        </form>
        <p class="quiet">A key of the scope admin: <code>clariva keys create</code>. You are signed out after half an hour
        without a look at these pages, after eight hours in any case, and when the key is revoked.</p>
        """
}
