/// Says what went wrong at the operator's page, and that nothing was changed.
struct OperatorFaultPage: OperatorPage, Equatable {
    var title: String
    var message: String

    static let foreignForm = OperatorFaultPage(
        title: "Nothing was changed", message: "The form did not come from a page of your session.")
    static let unreadable = OperatorFaultPage(
        title: "Nothing was changed", message: "The form could not be read.")
    static let switchedMeanwhile = OperatorFaultPage(
        title: "Nothing was changed", message: "Somebody else has switched something meanwhile. Look again.")

    static func missing(_ thing: String) -> OperatorFaultPage {
        OperatorFaultPage(title: "Not found", message: "There is no such \(thing) any more.")
    }

    static let template = """
        <p>{{message}}</p>
        <p><a class="button" href="/admin">To the overview</a></p>
        """
}
