/// What is shown after connecting, where no other page is to be returned to.
struct DonePage: Page, Equatable {
    var language: PageLanguage
    var practice: String
    /// `@name`, or the id where no name is known.
    var account: String
    /// The flow's name for people.
    var flow: String
    /// The practice's own page, for a browser that has it open.
    var practicePath: String?

    var title: String { ConnectText.doneTitle.text(in: language) }

    static let template = """
        <p class="banner pass">[[done.text]]</p>
        {{#practicePath}}
        <p class="buttons"><a class="button" href="{{.}}">[[done.back]]</a></p>
        {{/practicePath}}
        {{^practicePath}}
        <p>[[done.close]]</p>
        {{/practicePath}}
        """
}
