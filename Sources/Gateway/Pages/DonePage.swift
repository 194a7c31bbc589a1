/// What is shown after connecting, where no other page is to be returned to.
struct DonePage: Page, Equatable {
    var practice: String
    /// `@name`, or the id where no name is known.
    var account: String
    /// The flow's name for people.
    var flow: String

    var title: String { "Instagram is connected" }

    static let template = """
        <p>{{account}} is connected to <strong>{{practice}}</strong> through {{flow}}. Messages from patients are
        received from now on.</p>
        <p>You can close this page.</p>
        """
}
