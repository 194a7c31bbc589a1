/// Asks once more before a connection is ended.
struct DisconnectPage: Page, Equatable {
    var language: PageLanguage
    var practice: String
    /// `@name`, or the id where no name is known.
    var account: String
    /// Id of the connection: a page that was left open must not end a newer one.
    var connection: String
    var csrf: String

    var title: String { PracticeText.disconnectTitle.text(in: language) }

    static let template = """
        <p>[[disconnect.ask]]</p>
        <ul>
        <li>[[disconnect.messages]]</li>
        <li>[[disconnect.history]]</li>
        <li>[[disconnect.again]]</li>
        </ul>
        <form method="post" action="/practice/disconnect"><input type="hidden" name="csrf" value="{{csrf}}">
        <input type="hidden" name="connection" value="{{connection}}">
        <p class="buttons"><button class="button danger" type="submit">[[disconnect.yes]]</button>
        <a class="button second" href="/practice">[[disconnect.no]]</a></p></form>
        """
}

/// After a session was closed by hand.
struct SignedOutPage: Page, Equatable {
    var language: PageLanguage

    var title: String { PracticeText.signedOutTitle.text(in: language) }

    static let template = """
        <p>[[signed_out.text]]</p>
        """
}
